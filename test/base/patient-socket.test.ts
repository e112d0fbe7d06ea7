import { createServer, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { bytesOf, HttpClient } from "../../src/base/http.ts";

const BODY = Buffer.alloc(300_000, "a");
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that sends `head` and a body and then ends the connection by `end`. */
async function get(head: string, body: Buffer, end: (socket: Socket) => void) {
  let ended = () => {};
  const sent = new Promise<void>((resolve) => {
    ended = resolve;
  });
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(`${head}\r\n\r\n`);
      socket.write(body, () => {
        end(socket);
        ended();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const http = new HttpClient({ connection: {}, userAgent: "test", retry: { attempts: 1 } });
  closers.push(async () => {
    await http.close();
    await new Promise((resolve) => server.close(resolve));
  });
  const response = await http.request(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
  // Nobody reads, until the server has closed the connection and word of it has come.
  await sent;
  for (let turns = 0; turns < 50; turns++) await setImmediate();
  return await bytesOf(response);
}

const finish = (socket: Socket) => void socket.end();

test.each([
  ["with its length", `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${BODY.length}`],
  ["by HTTP/1.0", "HTTP/1.0 200 OK"],
])("an answer %s is read to its end though the connection ended long before", async (_, head) => {
  for (const size of [65_536, 131_072, BODY.length]) {
    const body = BODY.subarray(0, size);
    const whole = head.replace(String(BODY.length), String(size));
    expect((await get(whole, body, finish)).length).toBe(size);
  }
});

test.each([
  ["ends", finish],
  ["is reset", (socket: Socket) => void socket.resetAndDestroy()],
])("an answer whose connection %s too early is an error that can be caught", async (_, end) => {
  const head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 400000";
  for (const size of [65_536, 131_072, BODY.length])
    await expect(get(head, BODY.subarray(0, size), end)).rejects.toThrow();
});
