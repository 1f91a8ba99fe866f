import type { Cell } from "./cells.mts";
import type { Planned } from "./plan.mts";
import { type Circumstances, count, failures, tables } from "./report.mts";

/** The page docs/reliability.md. */
export function page(
  planned: readonly Planned[],
  cells: ReadonlyMap<string, Cell>,
  { command, date, cores, platform, node, engine, sdk }: Circumstances,
): string {
  const all = [...cells.values()];
  const rows = (column: string) => {
    const [whole, before, after] = ["", " before", " after"].map(
      (moment) => all.filter(({ disturbance }) => disturbance === column + moment).length,
    );
    return before || after ? `${before} before, ${after} after` : whole;
  };
  const of = (names: readonly string[]) => all.filter(({ disturbance }) => names.includes(disturbance));
  const kills = of(["kill before", "kill after", "kill of the CLI alone"]);
  const signals = of(["Ctrl-C"]);
  const faults = all.length - kills.length - signals.length;
  const broken = failures(all);
  return `<!-- Written by \`${command}\`: run it again instead of editing this page. -->

# Reliability

What is promised when a run is killed, interrupted, or meets a vendor that does not answer as it should, and what came of trying it at every single HTTP call.

## What is promised

Whatever happens in the middle of an \`up\`, these hold when it is over, at the latest after one more \`pulumi up\` (after a kill: \`pulumi cancel\`, then \`pulumi up\`, then \`pulumi refresh --clear-pending-creates\`; [why, and with what](moving-a-stack.md#after-an-interrupted-run)):

- **Nothing twice, nothing orphaned.** Each declared account is at the vendor once, as it is declared, and no other account is there.
- **Every declared key works**, and belongs to the account that it is declared for.
- **No key in use is revoked.** A key that was delivered works until the program ends it: through an update, an adoption, the overlap of a rotation. Where a key is replaced, the state holds the new one before the old one ends.
- **No key is left that no state has**, unless a warning tells of it.
- **The next preview is empty**, and so is a refresh.

After Ctrl-C there is nothing to cancel: the call under way ends, its result is saved, and nothing is pending.

Where a vendor makes a promise impossible, this happens instead:

- **Bolna has no place for an ownership marker.** Whether an account of the same name was made by the killed run cannot be told, so that the next \`up\` is refused and shows the line \`adopt: "<id>"\`. With that line in the program it comes through (\`adopt\` in the table). A forced replacement of an account at Bolna is refused as well, with or without a fault (\`no\`): nothing is changed, and the next \`up\` without \`--replace\` goes on.
- **Keys carry no marker.** A key that a killed run made works on: the next refresh tells of it, and a person decides (\`key\`).

## What cannot be promised

What is not proven is not done, so a doubt ends in an error. Here there is no doubt to see, and the outcome can be wrong:

- **A copy of a state** has the marker ids of the original. A \`destroy\` there, or an \`up\` of a program with fewer customers, ends the accounts of the original. Remove a copy by \`pulumi stack rm --force\` ([moving a stack](moving-a-stack.md)).
- **Killed, and \`up\` at once, while reads lag.** The create of the killed run may show only after the next run has looked. With \`SUBACCOUNTS_AFTER_INTERRUPTION=1\` that run waits; without it a second account may be made. One that shows while the new one is looked at once more ends the new one; one that shows later is named by the next refresh.
- **Reads that lag by more than 30 seconds** behind writes, or by more than \`SUBACCOUNTS_READ_LAG_SECONDS\` says. A create whose reply was lost is read back for so long, sent once more, and read back again.
- **A removal by others between two pages.** Where a vendor's cursors count rows, an account that someone else removes while a list is read moves the next one onto a page that was read already, so that the list lacks it. Removals of the run itself are seen, and such a list counts as incomplete. "Gone" is safe from it at Zavu and bctrl, where the account itself is asked for, too.
- **Two stacks that create the same customer in the same second.** The first ten creates of a run and connection are looked at once more, and the later account is ended, or both where the vendor shows them as equally old; of others, the next refresh names both accounts where its listing shows them.
- **A reply that only repeats what was asked.** The first ten creates, and the first ten changes of a limit, of a run and connection are read back; a wrong limit beyond them shows in the next refresh.
- **\`zavu.SubAccount.apiKey\` revoked outside** is seen for the first 25 accounts of a refresh; with \`subaccounts:checkKeys\` \`all\`, for every account. An \`ApiKey\` is always looked at.
- **Bolna has no metadata**: the id in the state is all that says whose an account is. Two states that have one account can both delete it; set \`deletionPolicy: "retain"\` before it is adopted elsewhere.
- **A cache before the vendor that answers \`GET /v1/me\` (Zavu) or \`whoami\` (bctrl) for another organization than everything else** in all of a run. The organization is asked for again before an account counts as gone, so that one wrong answer is not enough.
- **A key listing that is wrong in the same way twice**, five seconds apart, while its account is shown as it is: the key counts as gone, and the next \`up\` makes another one. The key before works on, and \`subaccounts keys --unknown\` lists it.
- **An \`up\` of targets (also \`--target-replace\`) with another organization's key** creates there, since the states that would tell are not part of it; the next \`up\` warns that the state names two organizations. The configuration \`subaccounts:allowedOrganizations\` refuses such a key. Without it a plain \`up\` may create a few accounts there, too, before the first state tells; it fails.
- **Bolna, one account in two resources, and targets.** An \`adopt\` of an account that another resource of the stack has is refused where the \`up\` visits both. With \`--target\` or \`--exclude\`, or where another resource fails before both are visited, it is not seen: then the state has the account twice, which the next \`up\` or \`refresh\` says, and with targets a delete of the one erases the account of the other.
- **A forced replacement of a resource whose name and \`externalId\` change in the same \`up\`** makes a second account. The first one and its keys are kept and named, and the step succeeds.
- **A resource that is renamed without an alias, and the new name excluded** (\`--exclude '**new'\`, \`--target '**::old'\`): the engine tells the provider of the old resource alone, as of one that was taken out of the program, and the account is ended. The same \`up\` without targets is refused.
- **Resource name, name and \`externalId\` that all change in one \`up\`** look like one customer who leaves and another who comes. The policy \`no-lookalike-replacement\` compares names that are alike; \`protect\` holds what must stay.
- **An older state of a stack whose account was moved away** still has the account's keys, and an \`up\` without them revokes them; the account itself is left alone at Zavu and bctrl.
- **A customer of Zavu that was suspended by hand, without an \`externalId\` and without a key that works**, looks like one whose resource was removed: a create makes a new account. What a declared \`status\` has suspended is told by its [marker](decisions/0031-a-suspended-customer-is-marked.md).
- **A key that someone else makes in the moment in which this run's request for one is lost before it has an effect**, of the same name and never used: it looks like the lost one and is revoked, which a line of the output says. Where a vendor sends no \`Date\` header, it may be as much older as the clocks differ.
- **A revoked key of Zavu, whose documented confirmation is an empty reply.** A gateway that answers so for Zavu, without passing the call on, is believed; the next refresh of an \`ApiKey\` looks at it again, a removed one does not.
- **\`overlapHours: 0\`** revokes the key before in the next \`up\` that reaches it, whether or not what uses the key was updated.
- **bctrl's limits of API version v2** cannot be read back at all.

## What was tried

${all.length} rows: ${kills.length} kills, ${signals.length} times Ctrl-C, ${faults} faults. ${count(all)}.

The calls of each operation are counted in a quiet run. Then the operation is run again from the start for every call and every column, with an emulator of its own, and that one call is hit:

| column | what happens to the call | rows |
| --- | --- | --- |
| kill | the real CLI, the language host and the provider are killed with SIGKILL when the call has arrived; before it has an effect (only where it has one), and after that, with the reply withheld | ${rows("kill")} |
| kill of the CLI alone | SIGKILL to the CLI when a write has had its effect; the provider has to notice that its engine is gone, and ends | ${rows("kill of the CLI alone")} |
| Ctrl-C | SIGINT to the process group of the real CLI while the call is under way | ${rows("Ctrl-C")} |
| outage | this call and every later one of the run is answered 503, without an effect | ${rows("outage")} |
| drop | the connection is closed without a reply | ${rows("drop")} |
| 500 | the call is answered so | ${rows("500")} |
| 429 | the call is answered so, without a word on when to come back | ${rows("429")} |
| 429 with Retry-After | the same, with a wait of one second | ${rows("429 with Retry-After")} |
| garbage | the reply is an HTML page with status 200 | ${rows("garbage")} |
| truncated | the reply ends in the middle | ${rows("truncated")} |
| lag | the effect is invisible to the next two reads | ${rows("lag")} |
| no reply | the vendor keeps the connection open and never answers | ${rows("no reply")} |

A sign for one moment, or two for the moments before and after the effect where they differ:

| sign | outcome |
| --- | --- |
| ✓ | the \`up\` itself came through |
| → | it ended with an error, and the next \`up\` came through |
| adopt | as →, with the \`adopt\` line of the error put into the program |
| no | it is refused, as without a fault |
| key | a key that nobody has was left, and a warning named it |
| **FAILED** | the promise was not kept |
| (empty) | not tried |

Kills and Ctrl-C go through the real engine and a real program. Faults go through Pulumi's real dynamic-provider process with the built package, and a stand-in for the engine; a sample of them is run end to end with the tests. Every key that was delivered before is marked as used at the vendor. At the moment of the crash it is checked that keys in use work; after the repair everything above, by the vendor's own records; in the rows of a write a \`destroy\` follows, after which nothing may be alive.

## Results
${broken === "" ? "" : `\nNot kept:\n\n${broken}\n`}
${tables(planned, cells)}

## Circumstances

| | |
|---|---|
| command | \`${command}\` |
| date | ${date.toISOString().slice(0, 10)} |
| machine | ${cores} cores, ${platform} |
| Node | ${node} |
| Pulumi | engine ${engine}, SDK ${sdk} |
`;
}
