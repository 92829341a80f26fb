"""Checks of the secrets that the functions need: those of the deployment, and those of the companies."""

from collections.abc import Collection, Mapping

from admin.checks.finding import Finding

SECRETS_MANAGER, BOTH, PARAMETER_STORE = "SecretsManager", "Both", "ParameterStore"
"""The values of the template's parameter SecretStore."""

COPY = "bokabridge secrets copy"


def voss_secret(stage: str) -> str:
    """The name of the secret for VOSS."""
    return f"bokabridge/{stage}/voss"


def webhook_secret(stage: str) -> str:
    """The name of the secret that signs what the webhook gets."""
    return f"bokabridge/{stage}/webhook"


def own_secrets(stage: str, *, has_webhook: bool) -> list[str]:
    """The secrets of the deployment itself."""
    return [voss_secret(stage), *([webhook_secret(stage)] if has_webhook else [])]


def company_secret(stage: str, company_id: str) -> str:
    """The name of a company's secret in Secrets Manager."""
    return f"bokabridge/{stage}/axema/{company_id}"


def company_parameter(stage: str, company_id: str, version: str | None) -> str:
    """The name of a version of a company's secrets in Parameter Store."""
    return f"/{company_secret(stage, company_id)}/{version}"


def secrets_of(stage: str, versions: Mapping[str, str | None]) -> list[str]:
    """The secrets in Secrets Manager that these companies may have."""
    return [company_secret(stage, company_id) for company_id in versions]


def parameters_of(stage: str, versions: Mapping[str, str | None]) -> list[str]:
    """The parameters that a stack has if these companies' secrets are in Parameter Store."""
    return [company_parameter(stage, *each) for each in versions.items()]


def missing_own_secrets(stage: str, own: Collection[str], held: Collection[str]) -> list[Finding]:
    """The deployment's own secrets that are not held."""
    consequences = {
        voss_secret(stage): ("The credentials for VOSS are missing, so every usage gets a 503.", "deploy.md"),
        webhook_secret(stage): ("The secret of the webhook is missing, so it gets no notice.", "notifications.md"),
    }
    found = []
    for name in own:
        if name not in held:
            problem, page = consequences[name]
            create = f"Create the secret: aws secretsmanager create-secret --name {name} (docs/{page})."
            found.append(Finding(name, problem, create))
    return found


def company_secrets(
    store: str,
    stage: str,
    versions: Mapping[str, str | None],
    held: Mapping[str, Collection[str]],
    parameters: Collection[str],
) -> list[Finding]:
    """Companies whose credentials are not where the deployment keeps them, or still where it does not.

    `versions` are the versions that the companies' settings name, None for those of release 0.2.0. `held` has the
    versions of each secret in Secrets Manager, `parameters` the names in Parameter Store.
    """
    found = []
    for company_id, version in sorted(versions.items()):
        name, parameter = company_secret(stage, company_id), company_parameter(stage, company_id, version)
        match store:
            case "ParameterStore":
                if parameter not in parameters:
                    found.append(_missing(parameter, company_id))
                if name in held:
                    found.append(_left_over(name))
            case "Both":
                if name not in held and parameter not in parameters:
                    found.append(_missing(name, company_id))
                elif parameter not in parameters or version not in held.get(name, ()):
                    found.append(_not_copied(name if parameter in parameters else parameter))
            case _:
                if name not in held:
                    found.append(_missing(name, company_id))
    return found


def _missing(name: str, company_id: str) -> Finding:
    return Finding(
        name,
        "The company has Axema settings, but their secret is missing, so its syncs fail.",
        f"Restore the secret, or save it again: bokabridge settings set --company {company_id} (docs/settings.md).",
    )


def _not_copied(name: str) -> Finding:
    problem = "The company's secrets are in one of the two stores only."
    return Finding(name, problem, f"Run {COPY} before you set SecretStore to another value (docs/deploy.md).")


def _left_over(name: str) -> Finding:
    problem = "The company's secrets are in Parameter Store. This copy is not read any more and costs $0.40 a month."
    return Finding(name, problem, f"Delete it: aws secretsmanager delete-secret --secret-id {name} (docs/deploy.md).")
