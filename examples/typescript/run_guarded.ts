// Runs a command line if CAVRA lets it go ahead: how `guard.ts` is used.
//
//     node dist/run_guarded.js unix:/run/cavra/agents.sock 'ls -la'
//
// Exit codes: that of the command; 4 if it may not run; 1 if nobody decided.

import { spawnSync } from "node:child_process";
import { connect, guarded, NotAllowed } from "./guard.js";

const [target, line, protoFolder = "../../proto"] = process.argv.slice(2);
const service = connect(target, protoFolder);
const action = (line: string) => ({
  execute_command: { command_line: line },
  place: { cwd: process.cwd() },
  caller: { agent_id: "run_guarded.ts", session_id: process.env.AGENT_SESSION },
});
const run = guarded(service, action, (line: string) => spawnSync("bash", ["-c", line], { stdio: "inherit" }).status ?? 1);

try {
  process.exitCode = await run(line);
} catch (error) {
  const refused = error instanceof NotAllowed;
  console.error(`not run${refused ? "" : ", nobody decided"}: ${(error as Error).message}`);
  process.exitCode = refused ? 4 : 1;
}
service.close();
