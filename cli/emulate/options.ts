import { InvalidArgumentError } from "commander";
// Types only: the emulator itself is loaded when the command runs.
import type { EmulatorOptions, readSeed, readSwitches, VendorName } from "../../emulator";
import { nearest } from "../../provider/core/base/nearest";

/** The options of the command. */
export interface Wishes {
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly persist?: string;
  readonly seed?: string;
  readonly fault?: readonly string[];
  readonly rate?: readonly Setting[];
  readonly latency?: readonly Setting[];
  readonly switches?: string;
}

/** A number for one vendor, or for all. */
export interface Setting {
  readonly vendor: string | undefined;
  readonly value: number;
}

/** Gathers an option that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("Give a whole number from 0 (any free port) to 65535.");
  }
  return port;
}

/** Parses `60` and `zavu:60`. @throws InvalidArgumentError, from the parser that is returned */
export function parseSetting(least: number) {
  return (text: string, before: readonly Setting[] = []): Setting[] => {
    const [, vendor, digits = ""] = /^(?:([^:]*):)?(\d{1,6})$/.exec(text) ?? [];
    if (digits === "" || Number(digits) < least) {
      throw new InvalidArgumentError(
        `Give a whole number from ${least}, such as 60, or zavu:60 for one vendor.`,
      );
    }
    return [...before, { vendor, value: Number(digits) }];
  };
}

/** What of the emulator reads files, and its vendors. */
interface Files {
  readonly readSeed: typeof readSeed;
  readonly readSwitches: typeof readSwitches;
  readonly vendorNames: readonly VendorName[];
}

/** The emulator's options that these stand for. @throws Error in words for a person */
export function optionsOf(wishes: Wishes, { readSeed, readSwitches, vendorNames }: Files): EmulatorOptions {
  const { port, host, allowHost, persist, seed, fault, rate = [], latency = [] } = wishes;
  const switches = wishes.switches === undefined ? {} : readSwitches(wishes.switches);
  const set = (option: string, settings: readonly Setting[], change: (value: number) => object): void => {
    for (const { vendor, value } of settings) {
      const names = vendorNames.filter((name) => vendor === undefined || name === vendor);
      if (names.length === 0) throw new Error(unknownVendor(option, `${vendor}`, vendorNames));
      for (const name of names) Object.assign(switches, { [name]: { ...switches[name], ...change(value) } });
    }
  };
  set("--rate", rate, (value) => ({ enforceRateLimit: true, requestsPerMinute: value }));
  set("--latency", latency, (value) => ({ latencyMs: value }));
  return {
    ...switches,
    port,
    host,
    allowHosts: allowHost ?? [],
    faults: fault ?? [],
    ...(persist !== undefined && { persist }),
    ...(seed !== undefined && { seed: readSeed(seed) }),
  };
}

function unknownVendor(option: string, vendor: string, known: readonly string[]): string {
  const meant = nearest(vendor, known);
  const hint = meant === undefined ? "." : `; did you mean ${meant}?`;
  return `${option} ${vendor}:…: "${vendor}" is not a vendor${hint} There are: ${known.join(", ")}`;
}
