import { expect } from "vitest";
import { subjectOf } from "../vendors/index.mts";
import type { Scene } from "./relations.scene";

/** What a refresh, an up with a change, or a destroy does about an account of the state. */
export type Refreshed = "keep" | "keep, warn" | "keep, drift" | "keep, take its id" | "drop" | "fail";
export type Updated = "write" | "write, mark" | "write, take its id" | "write, warn" | "activate" | "refuse";
export type Destroyed = "delete" | "delete, warn" | "keep" | "fail" | "done";
/** What a create or an adoption does about an account that the state does not have. */
export type Created = "create" | "create, warn" | "take over" | "conflict" | "fail";
export type Adopted = "adopt" | "adopt, warn" | "activate" | "refuse";

/** Runs an operation in one provider process, after what the scene does first. @returns why it failed; "" if it did not. */
async function run(scene: Scene, operation: () => Promise<unknown>): Promise<string> {
  const { stack } = scene;
  return stack.operation(async () => {
    await scene.sameRun();
    stack.emulator.clearRequests();
    stack.printed.length = 0;
    return operation().then(
      () => "",
      (error: Error) => error.message,
    );
  });
}

const calls = ({ stack }: Scene) => stack.writes().map(({ call }) => call);
/** Whether a line that people read names the account. */
const isNamed = ({ stack, id }: Scene) => stack.printed.some((line) => line.includes(id));

export async function refreshes(scene: Scene, outcome: Refreshed): Promise<void> {
  const { stack, type, id } = scene;
  const before = scene.saved;
  let found = "";
  const failure = await run(scene, async () => {
    found = await stack.refresh(type);
  });
  expect(stack.writes()).toEqual([]);
  if (outcome === "fail") {
    expect(failure).toMatch(scene.because);
    expect(scene.saved).toEqual(before);
    return;
  }
  expect(failure).toBe("");
  if (outcome === "drop") {
    expect(found).toBe("gone");
    return;
  }
  expect(scene.saved.id).toBe(id);
  expect({ found, isNamed: isNamed(scene) }).toEqual(
    {
      keep: { found: "same", isNamed: false },
      "keep, warn": { found: expect.any(String), isNamed: true },
      "keep, drift": { found: "changed", isNamed: expect.any(Boolean) },
      "keep, take its id": { found: "changed", isNamed: true },
    }[outcome],
  );
  if (outcome === "keep, warn") expect(scene.saved.outputs["__nonce"]).toBe(before.outputs["__nonce"]);
  if (outcome === "keep, take its id") expect(scene.nonce()).toBe(scene.marker()?.["nonce"]);
  scene.sameRun = async () => {};
  if (outcome === "keep, drift") expect(await stack.preview(type, scene.args)).toBe("update");
}

export async function updates(scene: Scene, outcome: Updated): Promise<void> {
  const { stack, type, id, facts } = scene;
  const before = scene.saved;
  const failure = await run(scene, () => stack.up(type, { ...scene.args, ...facts.change }));
  if (outcome === "refuse") {
    expect(failure).toMatch(scene.because);
    expect(stack.writes()).toEqual([]);
    expect(scene.saved).toEqual(before);
    return;
  }
  expect(failure).toBe("");
  expect(scene.saved.id).toBe(id);
  expect(calls(scene)).not.toContain(facts.create);
  const [write, ...more] = stack.writes();
  expect(write?.call).toBe(facts.update(id));
  if (outcome === "activate") {
    expect(write?.body).toEqual({ ...facts.sends, status: "active" });
    return;
  }
  expect(more).toEqual([]);
  if (outcome === "write, mark") {
    expect(write?.body).toMatchObject(facts.sends);
    expect(scene.isMarkedAsOwn()).toBe(true);
    return;
  }
  expect(write?.body).toEqual(facts.sends);
  expect(isNamed(scene)).toBe(outcome === "write, warn");
  if (outcome === "write, take its id") expect(scene.nonce()).toBe(scene.marker()?.["nonce"]);
}

export async function destroys(scene: Scene, outcome: Destroyed): Promise<void> {
  const { stack, type, id, facts } = scene;
  const before = scene.saved;
  const failure = await run(scene, () => stack.destroy(type));
  const isInState = stack.resources.has(`${type} acme`);
  if (outcome === "fail") {
    expect(failure).toMatch(scene.because);
    expect(stack.writes()).toEqual([]);
    expect(scene.saved).toEqual(before);
    return;
  }
  expect(failure).toBe("");
  expect(isInState).toBe(false);
  const isDeleted = outcome === "delete" || outcome === "delete, warn";
  expect(calls(scene)).toEqual(isDeleted ? [facts.remove(id)] : []);
  expect(isNamed(scene)).toBe(outcome === "keep" || outcome === "delete, warn");
  if (outcome === "keep") expect(scene.shown()).toBeDefined();
}

export async function creates(scene: Scene, outcome: Created): Promise<void> {
  const { stack, type, id, facts } = scene;
  const account = scene.shown();
  const failure = await run(scene, () => stack.up(type, scene.args, { aliases: scene.aliases }));
  if (outcome === "conflict" || outcome === "fail") {
    expect(failure).toMatch(scene.because);
    // In the preview no account is named yet.
    if (outcome === "conflict" && !failure.includes("is the same as"))
      expect(failure).toContain(scene.rival ?? id);
    expect(stack.writes()).toEqual([]);
    expect(stack.resources.has(`${type} acme`)).toBe(false);
    return;
  }
  expect(failure).toBe("");
  if (outcome === "take over") {
    expect(scene.saved.id).toBe(id);
    expect(calls(scene)).not.toContain(facts.create);
    expect(scene.isMarkedAsOwn()).toBe(true);
    return;
  }
  expect(calls(scene)).toEqual([facts.create]);
  expect(scene.saved.id).not.toBe(id);
  expect(scene.shown()).toEqual(account);
  expect(isNamed(scene)).toBe(outcome === "create, warn");
}

export async function adopts(scene: Scene, outcome: Adopted): Promise<void> {
  const { stack, type, id, vendor, facts } = scene;
  const failure = await run(scene, () =>
    stack.up(type, { ...scene.args, adopt: id }, { aliases: scene.aliases }),
  );
  if (outcome === "refuse") {
    expect(failure).toMatch(scene.because);
    expect(stack.writes()).toEqual([]);
    expect(stack.resources.has(`${type} acme`)).toBe(false);
    return;
  }
  expect(failure).toBe("");
  expect(scene.saved.id).toBe(id);
  expect(calls(scene)).not.toContain(facts.create);
  if (subjectOf(vendor).isMarked) expect(scene.isMarkedAsOwn()).toBe(true);
  const isActive = ["active", undefined].includes(scene.shown()?.status);
  expect(isActive).toBe(true);
  const warnings = stack.printed.filter((line) =>
    /took the sub-account|whether another stack manages it/.test(line),
  );
  expect(warnings).toHaveLength(outcome === "adopt, warn" ? 1 : 0);
}
