/**
 * What the step relies on in XState, name by name, and what it makes of everything a machine can ask.
 * An upgrade of XState that breaks one of these breaks stored actors.
 */
import { describe, expect, it, vi } from "vitest";
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  emit,
  enqueueActions,
  type EventObject,
  forwardTo,
  fromCallback,
  fromEventObservable,
  fromObservable,
  fromPromise,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from "xstate";
import { defineActor } from "./define_actor.ts";
import { fromJson, toJson } from "./json.ts";
import { isPromise, resolveLogic, runPromise } from "./logic.ts";
import { type ActorReference, addressOf, createReference, detachedReference } from "./reference.ts";
import { restoreSnapshot, SnapshotError, storeSnapshot } from "./snapshot.ts";
import { type Command, type Stepping, takeFirstStep, takeStep } from "./step.ts";

function reference(address: string, parent?: ActorReference): ActorReference {
  return createReference(
    { system: {} as never, send: () => {}, snapshotOf: () => ({ status: "active" }) },
    { address, id: address.slice(address.lastIndexOf("/") + 1), parent },
  );
}

function stepping(machine: AnyStateMachine, more: Partial<Stepping> = {}): Stepping {
  return {
    machine,
    self: reference("kind/1"),
    revision: 7,
    referenceTo: reference,
    systemIds: () => new Map(),
    ...more,
  };
}

/** The commands without what only the runtime can use. */
function plain(commands: Command[]): unknown[] {
  return commands.map((command) =>
    command.type === "action"
      ? { type: "action", name: command.name, params: command.params, runs: !!command.run }
      : command
  );
}

const child = createMachine({ id: "child" });
const work = fromPromise(() => Promise.resolve());

/** The commands of the event `go` at the root. */
// deno-lint-ignore no-explicit-any
function commandsOf(actions: any, more: Partial<Stepping> = {}): unknown[] {
  const machine = setup({
    actors: { child, work },
    actions: { notify: (_, _params: unknown) => {}, unimplemented: undefined as never },
  }).createMachine(
    { id: "m", context: { n: 1 }, on: { go: { actions } } } as never,
  ) as unknown as AnyStateMachine;
  const by = stepping(machine, more);
  return plain(takeStep(by, takeFirstStep(by, undefined).snapshot, { type: "go" }).commands);
}

describe("commands", () => {
  // deno-lint-ignore no-explicit-any
  const rows: { name: string; actions: any; want: unknown[] }[] = [
    {
      name: "a delayed raise",
      actions: raise({ type: "x" }, { delay: 5, id: "t" }),
      want: [{ type: "timer", event: { type: "x" }, delayMs: 5, sendId: "t" }],
    },
    {
      name: "a raise with delay 0",
      actions: raise({ type: "x" }, { delay: 0, id: "t" }),
      want: [{ type: "timer", event: { type: "x" }, delayMs: 0, sendId: "t" }],
    },
    { name: "an immediate raise, which is over already", actions: raise({ type: "x" }), want: [] },
    { name: "a cancel", actions: cancel("t"), want: [{ type: "cancel", sendId: "t" }] },
    {
      name: "an emit",
      actions: emit({ type: "e" }),
      want: [{ type: "emit", event: { type: "e" } }],
    },
    {
      name: "a log",
      actions: log("hello", "label"),
      want: [{
        type: "action",
        name: "xstate.log",
        params: { value: "hello", label: "label" },
        runs: true,
      }],
    },
    {
      name: "a send to an address",
      actions: sendTo(({ system }) => system.get("other/1"), { type: "x" }),
      want: [{ type: "send", to: "other/1", event: { type: "x" } }],
    },
    {
      name: "a delayed send",
      actions: sendTo(({ system }) => system.get("other/1"), { type: "x" }, { delay: 9, id: "s" }),
      want: [{ type: "send", to: "other/1", event: { type: "x" }, delayMs: 9, sendId: "s" }],
    },
    {
      name: "a forward",
      actions: forwardTo(({ system }) => system.get("other/1")),
      want: [{ type: "send", to: "other/1", event: { type: "go" } }],
    },
    {
      name: "a named child",
      actions: spawnChild("child", { id: "c", input: { a: 1 }, systemId: "sys" }),
      want: [{
        type: "spawn",
        childId: "c",
        source: "child",
        input: { a: 1 },
        systemId: "sys",
        isSynced: false,
      }],
    },
    {
      name: "a child whose snapshots are wanted",
      actions: spawnChild("child", { id: "c", syncSnapshot: true }),
      want: [expect.objectContaining({ type: "spawn", isSynced: true })],
    },
    {
      name: "a child and its stop",
      actions: [spawnChild("child", { id: "c" }), stopChild("c")],
      want: [expect.objectContaining({ type: "spawn" }), { type: "stop", childId: "c" }],
    },
    {
      name: "a child spawned in an assign, with an id that holds",
      actions: assign({ ref: ({ spawn }) => spawn("child") as never }),
      want: [expect.objectContaining({ type: "spawn", childId: "anonymous-7-0" })],
    },
    {
      name: "a named action with parameters",
      actions: { type: "notify", params: ({ context }: { context: { n: number } }) => context },
      want: [{ type: "action", name: "notify", params: { n: 1 }, runs: true }],
    },
    {
      name: "a named action that nothing implements",
      actions: { type: "elsewhere", params: { a: 1 } },
      want: [{ type: "action", name: "elsewhere", params: { a: 1 }, runs: false }],
    },
    {
      name: "what is enqueued, in order",
      actions: enqueueActions(({ enqueue }) => {
        enqueue.emit({ type: "1" });
        enqueue.assign({ n: 2 });
        enqueue.raise({ type: "x" }, { delay: 1, id: "t" });
        enqueue({ type: "notify", params: { a: 1 } } as never);
      }),
      want: [
        { type: "emit", event: { type: "1" } },
        { type: "timer", event: { type: "x" }, delayMs: 1, sendId: "t" },
        { type: "action", name: "notify", params: { a: 1 }, runs: true },
      ],
    },
  ];

  it.each(rows)("of $name", ({ actions, want }) => {
    expect(commandsOf(actions)).toEqual(want);
  });

  it("log to the console when they are run", () => {
    const written: unknown[][] = [];
    vi.spyOn(console, "log").mockImplementation((...parts) => void written.push(parts));
    const machine = createMachine({ id: "m", entry: [log("a"), log(() => ({ n: 1 }), "b")] });
    for (const command of takeFirstStep(stepping(machine), undefined).commands) {
      if (command.type === "action") command.run?.();
    }
    vi.restoreAllMocks();
    expect(written).toEqual([["a"], ["b", { n: 1 }]]);
  });

  it("of a child to its parent", () => {
    const parent = reference("kind/1");
    expect(
      commandsOf(sendParent({ type: "hi" }), { self: reference("kind/1/c", parent) }),
    ).toEqual([{ type: "send", to: "kind/1", event: { type: "hi" } }]);
  });

  it("are refused to logic that has no name to find it again by", () => {
    const nameless = createMachine({ id: "nameless" });
    expect(() => commandsOf(assign({ ref: ({ spawn }) => spawn(nameless) as never })))
      .toThrow("Name it under setup({ actors }), or under actors of defineActor()");
  });

  it("name logic that is spawned as an object, when the machine shows it somewhere", () => {
    expect(commandsOf(assign({ ref: ({ spawn }) => spawn(child, { id: "c" }) as never })))
      .toEqual([expect.objectContaining({ type: "spawn", source: "child" })]);
    expect(commandsOf([spawnChild(work), spawnChild(createMachine({ id: "inline" }), { id: "c" })]))
      .toEqual([
        expect.objectContaining({ type: "spawn", source: "work" }),
        expect.objectContaining({ type: "spawn", source: "spawn.1.m" }),
      ]);
  });

  it("of after, invoke and leaving: timer and child come, and go", () => {
    const machine = setup({ actors: { work } }).createMachine({
      id: "m",
      initial: "a",
      states: {
        a: { after: { 50: "b" }, invoke: { src: "work", id: "w" }, on: { go: "b" } },
        b: {},
      },
    });
    const by = stepping(machine);
    const first = takeFirstStep(by, undefined);
    const after = "xstate.after.50.m.a";
    expect(plain(first.commands)).toEqual([
      { type: "timer", event: { type: after }, delayMs: 50, sendId: after },
      { type: "spawn", childId: "w", source: "work", input: undefined, isSynced: false },
    ]);
    expect(plain(takeStep(by, first.snapshot, { type: "go" }).commands)).toEqual([
      { type: "cancel", sendId: after },
      { type: "stop", childId: "w" },
    ]);
  });

  it("of reentering stop the old child before the new one begins", () => {
    const machine = setup({ actors: { work } }).createMachine({
      id: "m",
      initial: "a",
      states: {
        a: { invoke: { src: "work", id: "w" }, on: { go: { target: "a", reenter: true } } },
      },
    });
    const by = stepping(machine);
    const { snapshot } = takeFirstStep(by, undefined);
    expect(takeStep(by, snapshot, { type: "go" }).commands.map(({ type }) => type))
      .toEqual(["stop", "spawn"]);
  });
});

describe("a step", () => {
  it("is accepted when a transition was taken, whatever became of the snapshot", () => {
    const machine = createMachine({
      id: "m",
      initial: "a",
      states: { a: { on: { in: "a", ignored: {}, no: { guard: () => false, target: "a" } } } },
    });
    const by = stepping(machine);
    const { snapshot } = takeFirstStep(by, undefined);
    const isAccepted = (type: string): boolean => takeStep(by, snapshot, { type }).isAccepted;
    expect(["in", "ignored", "no", "unknown"].map(isAccepted)).toEqual([true, true, false, false]);
  });

  it("runs the context factory once, at creation, with the input", () => {
    const inputs: unknown[] = [];
    const machine = createMachine({
      id: "m",
      context: ({ input }) => {
        inputs.push(input);
        return {};
      },
      on: { go: {} },
    });
    const by = stepping(machine);
    const { snapshot } = takeFirstStep(by, 5);
    takeStep(by, snapshot, { type: "go" });
    expect(inputs).toEqual([5]);
  });

  it("runs no action", () => {
    let runs = 0;
    const machine = createMachine({
      id: "m",
      entry: () => runs++,
      on: { go: { actions: () => runs++ } },
    });
    const by = stepping(machine);
    const first = takeFirstStep(by, undefined);
    const second = takeStep(by, first.snapshot, { type: "go" });
    expect(runs).toBe(0);
    for (const command of [...first.commands, ...second.commands]) {
      if (command.type === "action") command.run?.();
    }
    expect(runs).toBe(2);
  });

  it("gives an action the context of its place among the others", () => {
    const seen: number[] = [];
    const see = ({ context }: { context: { n: number } }): void => void seen.push(context.n);
    const machine = createMachine({
      id: "m",
      context: { n: 0 },
      on: { go: { actions: [see, assign({ n: 1 }), see] } },
    } as never);
    const by = stepping(machine);
    const { commands } = takeStep(by, takeFirstStep(by, undefined).snapshot, { type: "go" });
    for (const command of commands) if (command.type === "action") command.run?.();
    expect(seen).toEqual([0, 1]);
  });

  it("throws what creation throws, which XState would hide in a snapshot", () => {
    const machine = createMachine({
      id: "m",
      context: () => {
        throw new Error("no context");
      },
    });
    expect(() => takeFirstStep(stepping(machine), undefined)).toThrow("no context");
  });

  it("ends in a loop of always or raise", () => {
    const machine = createMachine({
      id: "m",
      context: { n: 0 },
      initial: "a",
      states: {
        a: { on: { loop: "b", ring: "c" } },
        b: { always: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
        c: { entry: raise({ type: "again" }), on: { again: { target: "c", reenter: true } } },
      },
    });
    defineActor({ kind: "m", machine });
    const by = stepping(machine);
    const { snapshot } = takeFirstStep(by, undefined);
    for (const type of ["loop", "ring"]) {
      expect(() => takeStep(by, snapshot, { type })).toThrow("Infinite loop");
    }
  });

  it("shows no children beside its own, and knows its system by name", () => {
    const machine = createMachine({
      id: "m",
      on: { go: { actions: sendTo(({ system }) => system.get("peer"), { type: "hi" }) } },
    });
    const by = stepping(machine, {
      systemIds: () => new Map([["peer", reference("kind/1/p")]]),
    });
    expect(plain(takeStep(by, takeFirstStep(by, undefined).snapshot, { type: "go" }).commands))
      .toEqual([{ type: "send", to: "kind/1/p", event: { type: "hi" } }]);
  });
});

describe("a definition", () => {
  it.each([
    ["callback", fromCallback(() => {})],
    ["observable", fromObservable(() => ({ subscribe: () => ({ unsubscribe() {} }) }) as never)],
    [
      "event observable",
      fromEventObservable(() => ({ subscribe: () => ({ unsubscribe() {} }) }) as never),
    ],
  ])("refuses %s logic and says what to use instead", (_name, logic) => {
    const machine = setup({ actors: { logic: logic as never } }).createMachine({ id: "m" });
    expect(() => defineActor({ kind: "m", machine })).toThrow(
      'Cannot define "m": actor "logic" is callback or observable logic, which cannot be kept in a ' +
        "database: use fromPromise",
    );
  });

  it("refuses inline callback logic of an invoke, also in a child machine", () => {
    const inner = createMachine({
      id: "inner",
      initial: "a",
      states: { a: { invoke: { src: fromCallback(() => {}) as never } } },
    });
    const machine = setup({ actors: { inner } }).createMachine({ id: "m" });
    expect(() => defineActor({ kind: "m", machine })).toThrow("callback");
  });

  it("refuses an invoked name that nothing implements", () => {
    // XState only warns, and the actor would have waited for ever.
    const machine = createMachine({ id: "m", invoke: { src: "nowhere" } } as never);
    expect(() => defineActor({ kind: "m", machine })).toThrow(
      'actor "nowhere" of machine "m" is not implemented',
    );
    expect(() => defineActor({ kind: "m", machine, effects: { nowhere: () => Promise.resolve() } }))
      .not.toThrow();
  });

  it.each([
    [{ kind: "1x" }, "Cannot define actor kind"],
    [{ version: 0 }, "version must be 1 or more"],
    [{ version: 2 }, "migrations[2] is missing"],
    [
      { effects: { a: () => Promise.resolve() }, transactional: { a: () => Promise.resolve() } },
      "under effects and under transactional",
    ],
  ])("refuses %o", (options, text) => {
    expect(() => defineActor({ kind: "m", machine: child, ...options })).toThrow(text);
  });
});

describe("logic", () => {
  it("is told to be a promise without running it", () => {
    let runs = 0;
    expect(isPromise(fromPromise(() => Promise.resolve(runs++)))).toBe(true);
    expect(isPromise(fromCallback(() => {}) as never)).toBe(false);
    expect(runs).toBe(0);
  });

  it("that is a promise runs with its input, and is aborted by its signal", async () => {
    const controller = new AbortController();
    const echo = fromPromise(({ input }: { input: unknown }) => Promise.resolve({ input }));
    expect(await runPromise(echo, { input: 3, signal: controller.signal })).toEqual({ input: 3 });
    let inner: AbortSignal | undefined;
    const hanging = fromPromise(({ signal }) => new Promise(() => (inner = signal)));
    const run = runPromise(hanging, { input: undefined, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    expect(inner?.aborted).toBe(true);
  });

  it("written inline is found again by its generated name", () => {
    const inline = fromPromise(() => Promise.resolve());
    const machine = createMachine({
      id: "m",
      initial: "a",
      states: { a: { invoke: [{ src: work }, { src: inline }] } },
    });
    expect(resolveLogic(machine, "xstate.invoke.1.m.a")).toBe(inline);
  });
});

describe("a snapshot", () => {
  const machine = createMachine({
    id: "m",
    type: "parallel",
    context: { list: [] as unknown[] },
    states: {
      shallow: {
        initial: "in",
        states: {
          in: {
            initial: "a",
            states: {
              a: { on: { next: "b" } },
              b: { initial: "x", states: { x: { on: { next: "y" } }, y: {} } },
              past: { type: "history", history: "shallow" },
            },
            on: { out: "out" },
          },
          out: { on: { back: "in.past" } },
        },
      },
      deep: {
        initial: "in",
        states: {
          in: {
            initial: "a",
            states: {
              a: { on: { next: "b" } },
              b: { initial: "x", states: { x: { on: { next: "y" } }, y: {} } },
              past: { type: "history", history: "deep" },
            },
            on: { out: "out" },
          },
          out: { on: { back: "in.past" } },
        },
      },
      done: { initial: "end", states: { end: { type: "final" } } },
    },
  } as never) as unknown as AnyStateMachine;
  const form = { machine, version: 1 };
  const references = { byAddress: (address: string) => reference(address), child: reference };
  const through = (snapshot: AnyMachineSnapshot): AnyMachineSnapshot =>
    restoreSnapshot(storeSnapshot({ snapshot, children: {}, timers: [] }, form), form, references)
      .snapshot;

  it("of history, shallow and deep, and of parallel states comes back", () => {
    const by = stepping(machine);
    const send = (snapshot: AnyMachineSnapshot, type: string): AnyMachineSnapshot =>
      through(takeStep(by, snapshot, { type }).snapshot);
    let snapshot = through(takeFirstStep(by, undefined).snapshot);
    for (const type of ["next", "next", "out"]) snapshot = send(snapshot, type);
    expect(snapshot.value).toEqual({ shallow: "out", deep: "out", done: "end" });
    expect(send(snapshot, "back").value).toEqual({
      shallow: { in: { b: "x" } },
      deep: { in: { b: "y" } },
      done: "end",
    });
  });

  it("of a done actor keeps status and output", () => {
    const short = createMachine({
      id: "s",
      initial: "end",
      states: { end: { type: "final" } },
      output: { sum: 3 },
    });
    const { snapshot } = takeFirstStep(stepping(short), undefined);
    const stored = storeSnapshot({ snapshot, children: {}, timers: [] }, {
      machine: short,
      version: 1,
    });
    const restored = restoreSnapshot(stored, { machine: short, version: 1 }, references);
    expect(restored.snapshot).toMatchObject({ status: "done", output: { sum: 3 }, value: "end" });
  });

  it("keeps children and timers", () => {
    const { snapshot } = takeFirstStep(stepping(machine), undefined);
    const children = { c: { source: "child", kind: "machine" as const, birth: "1.0" } };
    const timers = [{ sendId: "t", dueMs: 5, event: { type: "x" }, to: "other/1" }];
    const text = storeSnapshot({ snapshot, children, timers }, form);
    const restored = restoreSnapshot(text, form, references);
    expect(restored).toMatchObject({ children, timers });
    expect(addressOf(restored.snapshot.children.c as object)).toBe("c");
  });

  it.each(["", "{", "null", "[]", '{"format":1}'])("of %j is no snapshot", (text) => {
    expect(() => restoreSnapshot(text, form, references)).toThrow(SnapshotError);
  });

  it("that is too large is refused", () => {
    const { snapshot } = takeFirstStep(stepping(machine), undefined);
    const large = { ...snapshot, context: { text: "x".repeat(1_000_001) } };
    expect(() => storeSnapshot({ snapshot: large as never, children: {}, timers: [] }, form))
      .toThrow("lists that grow belong into rows");
  });
});

describe("JSON", () => {
  const back = (value: unknown): unknown =>
    fromJson(toJson(value, "it"), (address) => detachedReference(address, () => {}));

  it("keeps references and errors, wherever they are", () => {
    const value = back({ replyTo: [reference("other/1")], error: new TypeError("no") }) as {
      replyTo: [object];
      error: Error;
    };
    expect(addressOf(value.replyTo[0])).toBe("other/1");
    expect(value.error).toBeInstanceOf(Error);
    expect(value.error).toMatchObject({ name: "TypeError", message: "no" });
  });

  it("keeps dates and the undefined of a list", () => {
    const value = { at: new Date(5), none: new Date(NaN), list: [1, undefined, , [undefined]] };
    expect(back(value)).toStrictEqual({ ...value, list: [1, undefined, undefined, [undefined]] });
  });

  it("keeps the fields and the cause of an error, as far as they can be kept", () => {
    const cause = new TypeError("below");
    const error = Object.assign(new Error("no", { cause }), { status: 404, request: () => {} });
    const kept = back(error) as typeof error;
    expect(kept).toMatchObject({ message: "no", status: 404, cause: { name: "TypeError" } });
    expect(kept.cause).toBeInstanceOf(Error);
    expect("request" in kept).toBe(false);
  });

  it("keeps what Postgres would refuse", () => {
    const text = 'quote " nul \0 lone \ud800 emoji \u{1F3B2}';
    expect(back({ text })).toEqual({ text });
  });

  it.each([
    ["RegExp", { at: /x/ }, "it.at"],
    ["Map", { list: [new Map()] }, "it.list[0]"],
    ["Set", new Set(), "it"],
    ["bigint", { a: { b: 1n } }, "it.a.b"],
    ["function", { run: () => {} }, "it.run"],
    ["NaN", { n: NaN }, "it.n"],
    ["Infinity", [Infinity], "it[0]"],
  ])("refuses %s with the place where it is", (_name, value, place) => {
    expect(() => toJson(value, "it")).toThrow(`found in ${place}`);
  });

  it("refuses what contains itself", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => toJson(loop, "it")).toThrow("nested too deeply");
  });
});

describe("inner names of XState", () => {
  // Those of `createRecorder` and `createReference`; each is used by the tests above as well.
  it("are asked for where the step answers", () => {
    const asked = new Set<string>();
    const self = reference("kind/1", reference("kind/0"));
    const machine = setup({ actors: { child } }).createMachine({
      id: "m",
      on: {
        go: {
          actions: [
            sendParent({ type: "hi" }),
            assign({ ref: ({ spawn }) => spawn("child") as never }),
          ],
        },
      },
    });
    const by = stepping(machine, { self });
    const { snapshot } = takeFirstStep(by, undefined);
    const { system } = self;
    takeStep(by, snapshot, { type: "go" });
    for (const name of Object.keys(self.system)) {
      const inner = (self.system as unknown as Record<string, unknown>)[name];
      if (typeof inner === "function") asked.add(name);
    }
    expect(system).not.toBe(self.system);
    expect([...asked]).toEqual(
      expect.arrayContaining([
        "_bookId",
        "_sendInspectionEvent",
        "_register",
        "_unregister",
        "_set",
      ]),
    );
  });

  it("_bookId names spawned actors", () => {
    const [first] = commandsOf([
      assign({ ref: ({ spawn }) => [spawn("child"), spawn("child")] as never }),
    ]) as { childId: string }[];
    expect(first?.childId).toBe("anonymous-7-0");
  });

  it("_sendInspectionEvent tells @xstate.microstep with _transitions, and @xstate.actor", () => {
    const seen: string[] = [];
    const machine = setup({ actors: { child } }).createMachine({
      id: "m",
      on: { go: { actions: assign({ ref: ({ spawn }) => spawn("child") as never }) } },
    });
    const by = stepping(machine);
    const { snapshot } = takeFirstStep(by, undefined);
    const scope = {
      self: by.self,
      id: "1",
      sessionId: "1",
      logger: () => {},
      defer: () => {},
      emit: () => {},
      stopChild: () => {},
      actionExecutor: () => {},
      system: {
        ...(by.self.system as object),
        _sendInspectionEvent: (event: { type: string; _transitions?: unknown[] }) =>
          seen.push(`${event.type} ${event._transitions?.length ?? ""}`.trim()),
      },
    };
    Object.assign(by.self, { system: scope.system });
    machine.transition(snapshot as never, { type: "go" } as EventObject as never, scope as never);
    expect(seen).toContain("@xstate.microstep 1");
    expect(seen).toContain("@xstate.actor");
  });

  it("_parent is where sendParent sends", () => {
    const parent = reference("kind/0");
    expect(commandsOf(sendParent({ type: "x" }), { self: reference("kind/0/c", parent) }))
      .toEqual([{ type: "send", to: "kind/0", event: { type: "x" } }]);
  });

  it("_syncSnapshot says that a child's snapshots are wanted", () => {
    expect(commandsOf(spawnChild("child", { id: "c", syncSnapshot: true })))
      .toEqual([expect.objectContaining({ isSynced: true })]);
  });
});
