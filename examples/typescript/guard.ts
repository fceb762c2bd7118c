// Asks CAVRA before a function runs: a wrapper, from the proto alone.

import { credentials, loadPackageDefinition, type Client } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const TIMEOUT_MS = 5000;
// What is not listed here, an unspecified or a future verdict too, is no permission.
const LETS_PASS = new Set(["VERDICT_ALLOW", "VERDICT_AUDIT_ONLY", "VERDICT_WARN", "VERDICT_ALLOW_WITH_ATTESTATION"]);

export type Decision = { decision: string; rule_id: string; reason: string };
export type Action = Record<string, unknown>;
type Service = Client & {
  Decide(request: object, options: object, done: (error: Error | null, answer: { decision: Decision }) => void): void;
};

/** CAVRA decided, and the action may not go ahead. */
export class NotAllowed extends Error {}

/** The service at `unix:/absolute/path` or `HOST:PORT`. */
export function connect(target: string, protoFolder: string): Service {
  const options = { keepCase: true, enums: String, includeDirs: [protoFolder] };
  const loaded: any = loadPackageDefinition(loadSync("cavra/authority/v1/decision.proto", options));
  // Servers refuse the authority that gRPC makes of a socket's path.
  const channel = target.startsWith("unix:") ? { "grpc.default_authority": "localhost" } : {};
  return new loaded.cavra.authority.v1.DecisionService(target, credentials.createInsecure(), channel);
}

/** Lets a function run only if CAVRA lets the action go ahead that `actionOf` makes of its arguments. */
export function guarded<A extends unknown[], R>(service: Service, actionOf: (...args: A) => Action, run: (...args: A) => R) {
  return async (...args: A): Promise<Awaited<R>> => {
    // No answer is no permission: an error of the call is thrown, and the function doesn't run.
    const decision = await new Promise<Decision>((resolve, reject) => {
      const options = { deadline: Date.now() + TIMEOUT_MS };
      service.Decide({ action: actionOf(...args) }, options, (error, answer) => (error ? reject(error) : resolve(answer.decision)));
    });
    if (!LETS_PASS.has(decision.decision)) throw new NotAllowed(`${decision.rule_id}: ${decision.reason}`);
    return await run(...args);
  };
}
