import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { buildConnector } from "undici";

/*
 * undici 7 asserts that its parser is not paused when a server closes the connection, from within an event of the
 * socket, where nobody can catch it: a proxy that answers with `Connection: close` or as HTTP/1.0 while the disk is
 * slower than the network would end the program (nodejs/undici#5360). Version 8 has it mended and wants Node 22.
 */

/** What undici keeps at its sockets, as far as it is needed here. */
interface Parser {
  readonly paused: boolean;
  shouldKeepAlive: boolean;
}

const POLL_MS = 5;

/** Events on which undici finishes its parser. */
const FINAL: readonly (string | symbol)[] = ["end", "error", "close"];

/** A connector whose sockets tell their end only when what they brought has been taken. */
export function patientConnector(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...outcome) => {
      const [error, socket] = outcome;
      if (error === null) holdEnd(socket);
      callback(...outcome);
    });
}

function holdEnd(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  const held = (event: string | symbol, ...args: unknown[]): boolean => {
    const parser = FINAL.includes(event) ? parserOf(socket) : undefined;
    if (parser?.paused !== true) return emit(event, ...args);
    if (event === "end") {
      // Node would close the other half now, and with that the whole.
      socket.allowHalfOpen = true;
      void resumed(socket, parser).then(() => {
        // With the last of what it brought the answer may be complete, and the connection closed already.
        if (socket.destroyed || parserOf(socket) !== parser) return;
        emit("end");
        socket.end();
      });
      return true;
    }
    // For a connection that should live on, undici passes the failure to whoever waits for the answer.
    parser.shouldKeepAlive = true;
    return emit(event, ...args);
  };
  socket.emit = held as Socket["emit"];
}

/** Until somebody reads on, or gives up. */
async function resumed(socket: Socket, parser: Parser): Promise<void> {
  while (parser.paused && !socket.destroyed) await setTimeout(POLL_MS);
}

function parserOf(socket: Socket): Parser | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === "parser");
  return key && ((socket as unknown as Record<symbol, Parser | null>)[key] ?? undefined);
}
