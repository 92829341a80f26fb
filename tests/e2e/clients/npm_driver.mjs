// Calls an API with npm's @servicestack/client. A line of JSON on stdin is a call; a line on stdout is its outcome.
//
// Node runs a copy of this file, next to `dtos.mjs` from /types/mjs and to `node_modules`.
import { createInterface } from "node:readline";
import { JsonServiceClient, appendQueryString } from "@servicestack/client";
import * as dtos from "./dtos.mjs";

function clientFor(call) {
    const client = new JsonServiceClient(call.apiUrl);
    client.basePath = call.basePath;
    client.bearerToken = call.token;
    for (const [name, value] of Object.entries(call.headers)) client.headers.set(name, value);
    client.requestFilter = request => { request.url = appendQueryString(request.url, call.query); };
    return client;
}

function responseTo(client, call) {
    if (call.path !== undefined) return client.fetch(call.method, call.body, null, client.toAbsoluteUrl(call.path));
    const requests = call.requests.map(members => new dtos[call.operation](members));
    return call.isBatch ? client.sendAll(requests) : client.send(requests[0]);
}

async function outcome(call) {
    const client = clientFor(call);
    let status = 200;
    client.exceptionFilter = response => { status = response.status; };
    try {
        return { status, response: await responseTo(client, call) };
    } catch (error) {
        if (error instanceof Error) throw error;
        return { status, responseStatus: error.responseStatus };
    }
}

for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
}
