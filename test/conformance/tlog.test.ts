import { afterAll, beforeAll, expect, test } from "vitest";
import { formatHash, parseHash } from "../../src/tlog/hash.ts";
import { formatKeyId, generateKeys, parseSignerKey, parseVerifierKey } from "../../src/tlog/keys.ts";
import { openNote, parseNote, signNote, verifierList } from "../../src/tlog/note.ts";
import { checkRecord, checkTree, proveRecord, proveTree } from "../../src/tlog/proof.ts";
import { newTiles, parseTilePath, tileForIndex, tilePath } from "../../src/tlog/tile.ts";
import { formatRecord, parseRecord, parseTree } from "../../src/tlog/tree-head.ts";
import { MemoryLog } from "../support/memory-log.ts";
import { describeWithTools } from "../support/tools.ts";
import { dumpXmodTests, Xmod } from "../support/xmod.ts";

interface GoSignature {
  Name: string;
  Hash: number;
  Base64: string;
}

interface NoteDump {
  keys: { Kind: "verifier" | "signer"; Key: string; OK: boolean }[];
  opens: {
    Message: string;
    Keys: Record<string, "known" | "unknown" | "ambiguous" | "mismatched">;
    OK: boolean;
    Unverified: boolean;
    Text: string;
    Sigs: GoSignature[] | null;
    Others: GoSignature[] | null;
  }[];
}

interface TlogDump {
  texts: { Func: "parseTree" | "parseRecord" | "formatRecord"; In: string | null; OK: boolean }[];
  records: { Proof: string[]; Size: number; N: number; Tree: string; At: string; OK: boolean }[];
  trees: { Proof: string[]; Size: number; N: number; Tree: string; Old: string; OK: boolean }[];
  tilePaths: { path: string; tile: { H: number; L: number; N: number; W: number } }[];
}

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

/** Pseudo-random numbers below 2^32 that are the same in every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state;
  }
}

const ours = (signatures: readonly { name: string; keyHash: number; base64: string }[]) =>
  signatures.map(({ name, keyHash, base64 }) => ({ Name: name, Hash: keyHash, Base64: base64 }));

describeWithTools(["go"], "sumdb/note and sumdb/tlog of golang.org/x/mod", () => {
  let go: Xmod;
  beforeAll(async () => {
    go = await Xmod.start();
  });
  afterAll(() => go.close());

  test("the tests of package note", async () => {
    const { keys, opens } = await dumpXmodTests<NoteDump>("sumdb/note", ["NewVerifier", "NewSigner", "Open"]);
    expect(keys.length).toBeGreaterThan(1000);
    for (const { Kind, Key, OK } of keys) {
      expect(
        succeeds(() => (Kind === "verifier" ? parseVerifierKey(Key) : parseSignerKey(Key))),
        Key,
      ).toBe(OK);
    }
    const good = keys
      .filter(({ Kind, OK }) => Kind === "verifier" && OK)
      .map(({ Key }) => parseVerifierKey(Key));
    const byId = new Map(good.map((verifier) => [formatKeyId(verifier.name, verifier.keyHash), verifier]));
    expect(opens.length).toBeGreaterThan(10);
    for (const open of opens) {
      const known = Object.entries(open.Keys).flatMap(([id, said]) => {
        if (said === "known") return [byId.get(id)!];
        return said === "ambiguous" ? [byId.get(id)!, byId.get(id)!] : [];
      });
      const lying = Object.values(open.Keys).includes("mismatched");
      const verifiers = lying ? () => good[0] : verifierList(...known);
      const message = Buffer.from(open.Message, "base64");
      if (!open.OK) {
        expect(succeeds(() => openNote(message, verifiers))).toBe(false);
        if (open.Unverified) expect(parseNote(message).text).toBe(open.Text);
        continue;
      }
      const note = openNote(message, verifiers);
      expect(note.text).toBe(open.Text);
      expect(ours(note.signatures)).toEqual(open.Sigs ?? []);
      expect(ours(note.unverified)).toEqual(open.Others ?? []);
    }
  });

  test("the tests of package tlog, with proofs of a Certificate Transparency log", async () => {
    const recorded = ["ParseTree", "ParseRecord", "FormatRecord", "CheckRecord", "CheckTree"];
    const dump = await dumpXmodTests<TlogDump>("sumdb/tlog", recorded);
    const run = {
      parseTree: (text: Buffer) => parseTree(text.toString()),
      parseRecord: (text: Buffer) => parseRecord(text),
      formatRecord: (text: Buffer) => formatRecord({ id: 1, text: text.toString() }),
    };
    for (const { Func, In, OK } of dump.texts) {
      const text = Buffer.from(In ?? "", "base64");
      expect(
        succeeds(() => run[Func](text)),
        `${Func} ${text}`,
      ).toBe(OK);
    }
    expect(dump.records.length).toBeGreaterThan(10_000);
    expect(dump.trees.filter(({ OK }) => OK).length).toBeGreaterThan(1000);
    for (const { Proof, Size, N, Tree, At, OK } of dump.records) {
      const check = () =>
        checkRecord(
          Proof.map(parseHash),
          { size: Size, hash: parseHash(Tree) },
          { n: N, hash: parseHash(At) },
        );
      if (succeeds(check) !== OK) expect.unreachable(`record ${N} in a tree of ${Size}`);
    }
    for (const { Proof, Size, N, Tree, Old, OK } of dump.trees) {
      const check = () =>
        checkTree(
          Proof.map(parseHash),
          { size: Size, hash: parseHash(Tree) },
          { size: N, hash: parseHash(Old) },
        );
      if (succeeds(check) !== OK) expect.unreachable(`tree ${N} in a tree of ${Size}`);
    }
    for (const { path, tile } of dump.tilePaths) {
      if (tile.H === 0) expect(() => parseTilePath(path)).toThrow();
      else {
        expect(parseTilePath(path)).toEqual({ height: tile.H, level: tile.L, n: tile.N, width: tile.W });
      }
    }
  });

  test("a growing log: the same hashes, trees, tiles and proofs", async () => {
    for (const [height, size] of [
      [1, 40],
      [2, 100],
      [3, 100],
      [8, 600],
    ] as const) {
      const records = Array.from({ length: size }, (_, i) => `record ${i} of ${height}\n`);
      const random = numbers(height);
      const pairs = Array.from({ length: 200 }, () => {
        const tree = 1 + (random.next().value % size);
        return [tree, random.next().value % tree] as const;
      });
      const older = pairs.map(([tree, n]) => [tree, n + 1] as const);
      const log = new MemoryLog(height);
      for (const record of records) await log.add(record);
      const asked = { Records: records, Height: height, Record: pairs, Tree: older };
      const { result } = await go.call<{
        Hashes: string[];
        Trees: string[];
        Tiles: Record<string, string>;
        RecordProofs: string[][];
        TreeProofs: string[][];
      }>("tlog.Grow", asked);
      expect(log.hashes.map(formatHash)).toEqual(result!.Hashes);
      for (let n = 1; n <= size; n++) expect(formatHash((await log.tree(n)).hash)).toBe(result!.Trees[n - 1]);
      const tiles = [...log.tiles].map(([path, data]) => [path, data.toString("base64")]);
      expect(Object.fromEntries(tiles)).toEqual(result!.Tiles);
      for (const [i, [tree, n]] of pairs.entries()) {
        expect((await proveRecord(tree, n, log)).map(formatHash)).toEqual(result!.RecordProofs[i]);
        expect((await proveTree(tree, n + 1, log)).map(formatHash)).toEqual(result!.TreeProofs[i]);
      }
    }
  });

  test("tiles of indexes and of growth, up to 2^52 records", async () => {
    const random = numbers(52);
    const big = (bits: number) => Math.floor((random.next().value / 2 ** 32) * 2 ** bits);
    const indexes = Array.from({ length: 3000 }, (_, i) => ({
      Height: 1 + (i % 12),
      Index: big(1 + (i % 53)),
    }));
    const tiles = await go.callAll<{ Path: string; Width: number }>("tlog.Index", indexes);
    indexes.forEach(({ Height, Index }, i) => {
      expect(tilePath(tileForIndex(Height, Index)), `${Height} ${Index}`).toBe(tiles[i]!.result!.Path);
    });
    const growths = Array.from({ length: 1000 }, (_, i) => {
      const Old = big(1 + (i % 52));
      return { Height: 2 + (i % 9), Old, New: Old + (random.next().value % 1000) };
    });
    const answers = await go.callAll<string[]>("tlog.NewTiles", growths);
    growths.forEach(({ Height, Old, New }, i) => {
      expect(newTiles(Height, Old, New).map(tilePath)).toEqual(answers[i]!.result!);
    });
  });

  test("notes signed here open there, and the other way round", async () => {
    const { signerKey, verifierKey } = generateKeys("example.com/log");
    const text = "go.sum database tree\n1\nαβγ\n";
    const signed = signNote({ text }, parseSignerKey(signerKey));
    const there = await go.call<string>("note.Sign", { Text: text, Keys: [signerKey] });
    expect(signed.toString()).toBe(there.result);
    const opened = await go.call<{ Signatures: GoSignature[] }>("note.Open", {
      Message: signed.toString(),
      Keys: [verifierKey],
    });
    expect(opened.result?.Signatures).toEqual(
      ours(openNote(signed, verifierList(parseVerifierKey(verifierKey))).signatures),
    );
  });

  /** `text` with one to three small changes, mostly of the kinds that the formats are about. */
  function mutate(text: string, random: Generator<number, never>): string {
    const pieces = [
      "\n",
      "\n\n",
      " ",
      "+",
      "=",
      "/",
      "-",
      "0",
      "9",
      "x",
      ".p/",
      "— ",
      "\r",
      "\x01",
      "\u00a0",
      "é",
      "A",
    ];
    const pick = (n: number) => random.next().value % n;
    let out = text;
    for (let changes = 1 + pick(3); changes > 0; changes--) {
      const at = pick(out.length + 1);
      const cut = pick(3) === 0 ? pick(out.length + 1) : at + pick(3);
      out =
        out.slice(0, at) + (pick(4) === 0 ? "" : pieces[pick(pieces.length)]) + out.slice(Math.max(at, cut));
    }
    return out;
  }

  test("damaged texts: what Go accepts is accepted with the same meaning, and nothing else", async () => {
    const random = numbers(7);
    const { signerKey, verifierKey } = generateKeys("example.com/log");
    const tree = "go.sum database tree\n123456\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n";
    const note = signNote({ text: tree }, parseSignerKey(signerKey)).toString();
    const verifiers = verifierList(parseVerifierKey(verifierKey));
    const kinds: [
      op: string,
      seed: string,
      args: (text: string) => unknown,
      ours: (text: string) => unknown,
    ][] = [
      ["tlog.ParseTree", tree, (Text) => ({ Text }), (text) => parseTree(text).size],
      [
        "tlog.ParseRecord",
        `12\na v1 h1:x\nb\n\n${tree}`,
        (Text) => ({ Text }),
        (text) => parseRecord(Buffer.from(text)).id,
      ],
      [
        "tlog.ParseTilePath",
        "tile/8/1/x012/345.p/67",
        (Text) => ({ Text }),
        (text) => tilePath(parseTilePath(text)),
      ],
      ["note.NewVerifier", verifierKey, (Text) => ({ Text }), (text) => idOf(parseVerifierKey(text))],
      ["note.NewSigner", signerKey, (Text) => ({ Text }), (text) => idOf(parseSignerKey(text))],
      [
        "note.Open",
        note,
        (Message) => ({ Message, Keys: [verifierKey] }),
        (text) => openNote(Buffer.from(text), verifiers).text,
      ],
    ];
    for (const [op, seed, args, run] of kinds) {
      // Numbers with a sign, or beyond 2^52, are Go's alone: no database writes them.
      const texts = Array.from({ length: 3000 }, () => mutate(seed, random)).filter(
        (text) => !/^[+-]|\d{16}/m.test(text),
      );
      const answers = await go.callAll<GoMeaning>(op, texts.map(args));
      const accepted = answers.filter(({ error }) => error === undefined).length;
      expect(accepted, op).toBeLessThan(texts.length);
      texts.forEach((text, i) => {
        const { result, error } = answers[i]!;
        let mine: unknown;
        try {
          mine = run(text);
        } catch {
          mine = undefined;
        }
        const theirs = error === undefined ? meaning(result!) : undefined;
        expect(mine, `${op} ${JSON.stringify(text)}: Go says ${error ?? "yes"}`).toBe(theirs);
      });
    }
  });
});

const idOf = ({ name, keyHash }: { name: string; keyHash: number }) => formatKeyId(name, keyHash);

type GoMeaning = string | { N?: number; ID?: number; Path?: string; Text?: string };

/** The part of a Go answer that the comparison is about. */
function meaning(result: GoMeaning): unknown {
  if (typeof result === "string") return result;
  return result.Path ?? result.ID ?? (result.Text === undefined ? result.N : result.Text);
}
