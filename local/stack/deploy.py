"""The deployment to the emulator, by CloudFormation."""

import json
import time
from dataclasses import dataclass
from typing import Any

from local.stack.emulator import REGION, client
from local.stack.package import API_ID, gateway_responses, local_template, paths_of_any_method
from local.stack.processes import StartError

STACK = "bokabridge-local"
STAGE = "dev"
_BUCKET = "bokabridge-code"


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack: the emulator's address and the outputs of the template."""

    aws_url: str
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        """A client of an AWS service of the emulator."""
        return client(service, self.aws_url)


def api_url(aws_url: str) -> str:
    """The API's address in the emulator. The API has a fixed id, so its address is known before it is deployed."""
    return f"{aws_url}/restapis/{API_ID}/{STAGE}/_user_request_"


def deploy(aws_url: str, parameters: dict[str, str]) -> Deployment:
    """Create the stack. Raises StartError with CloudFormation's reason."""
    s3 = client("s3", aws_url)
    s3.create_bucket(Bucket=_BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})

    def upload(name: str, content: bytes) -> str:
        s3.put_object(Bucket=_BUCKET, Key=name, Body=content)
        return f"s3://{_BUCKET}/{name}"

    upload("template.json", json.dumps(local_template(upload)).encode())
    cloudformation = client("cloudformation", aws_url)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{aws_url}/{_BUCKET}/template.json",  # in the request itself, it could have 51,200 bytes only
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
    )
    stack = _wait(cloudformation)
    _put_any_methods(aws_url)
    _put_gateway_responses(aws_url)
    _allow_schedules(aws_url)
    _allow_listing_of_parameters(aws_url)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    return Deployment(aws_url, outputs)


def alarm_topic(aws_url: str) -> str:
    """Create the topic that alarms notify, with a queue as its subscriber, and return its ARN."""
    sns, sqs = client("sns", aws_url), client("sqs", aws_url)
    topic: str = sns.create_topic(Name="alarms")["TopicArn"]
    queue = sqs.create_queue(QueueName="alarms")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic


def _wait(cloudformation: Any) -> dict[str, Any]:
    while True:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return stack
        if not stack["StackStatus"].endswith("IN_PROGRESS") or "ROLLBACK" in stack["StackStatus"]:
            events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
            reasons = [
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
                for event in events
                if event["ResourceStatus"].endswith("FAILED")
            ]
            raise StartError("CloudFormation could not create the stack:\n" + "\n".join(reasons))
        time.sleep(0.05)


def _allow_schedules(aws_url: str) -> None:
    """Allow the schedules of the group `default`, because the emulator checks the permission for that group only."""
    iam = client("iam", aws_url)
    stack = client("cloudformation", aws_url)
    for logical_id in ("UserSyncSettingsRole", "UserSyncOverdueRole"):
        role = stack.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        name = role["StackResourceDetail"]["PhysicalResourceId"]
        policy = iam.get_role_policy(RoleName=name, PolicyName="least-privilege")["PolicyDocument"]
        document = (policy if isinstance(policy, str) else json.dumps(policy)).replace(
            f":schedule/{STACK}-usersync/", ":schedule/default/"
        )
        iam.put_role_policy(RoleName=name, PolicyName="least-privilege", PolicyDocument=document)


def _allow_listing_of_parameters(aws_url: str) -> None:
    """Let the settings function list parameters by any path, because the emulator does not look at the path."""
    iam = client("iam", aws_url)
    stack = client("cloudformation", aws_url)
    role = stack.describe_stack_resource(StackName=STACK, LogicalResourceId="UserSyncSettingsRole")
    name = role["StackResourceDetail"]["PhysicalResourceId"]
    if "parameter-store" in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        statement = {"Effect": "Allow", "Action": "ssm:GetParametersByPath", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="emulator", PolicyDocument=document)


def _put_any_methods(aws_url: str) -> None:
    apigateway = client("apigateway", aws_url)
    stack = client("cloudformation", aws_url)
    alias = stack.describe_stack_resource(StackName=STACK, LogicalResourceId="ServiceStackFunctionAliaslive")
    function = alias["StackResourceDetail"]["PhysicalResourceId"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    paths = paths_of_any_method()
    for resource in apigateway.get_resources(restApiId=API_ID, limit=500)["items"]:
        if resource["path"] in paths:
            method = {"restApiId": API_ID, "resourceId": resource["id"], "httpMethod": "ANY"}
            apigateway.put_method(**method, authorizationType="NONE")
            apigateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)


def _put_gateway_responses(aws_url: str) -> None:
    apigateway = client("apigateway", aws_url)
    for kind, response in gateway_responses().items():
        headers = response.get("ResponseParameters", {}).get("Headers", {})
        apigateway.put_gateway_response(
            restApiId=API_ID,
            responseType=kind,
            responseTemplates=response["ResponseTemplates"],
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            **({"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}),
        )
    apigateway.create_deployment(restApiId=API_ID, stageName=STAGE)
