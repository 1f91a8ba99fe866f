import { randomUUID } from "node:crypto";
import type { Row } from "../core/pages";
import { at, has, isOk, notOurs, tellHeaders, textAt, WRONG_KEY } from "../core/replies";
import type { BolnaTalk } from "./listing";

/** Asks whose the key is. @throws SubaccountsError for one that is refused */
export async function askIdentity({ line, answers }: BolnaTalk): Promise<void> {
  const me = await line.get("/user/me");
  if (!isOk(me)) throw notOurs("Bolna", `GET /user/me was answered ${me.status}`, me.status);
  tellHeaders(answers, line, me);
  const max = at(me.body, "concurrency", "max");
  const pool = typeof max === "number" ? max : undefined;
  answers.tellOr(
    "concurrencyPool",
    pool,
    `GET /user/me has concurrency.max ${pool}`,
    "GET /user/me has no concurrency.max",
  );
  answers.note(
    "identity",
    `a user whose organization may have ${pool ?? "an unknown number of"} calls at once`,
  );
}

/** Calls that the vendor refuses, to see how. */
export async function askRefusals({ line, answers }: BolnaTalk): Promise<void> {
  const refused = await line.get("/user/me", WRONG_KEY);
  const { status, isBodiless } = refused;
  answers.tellBy("badKeyStatus", refused, { 401: 401, 403: 403 }, "a wrong key");
  const isRefusal = status === 401 || status === 403;
  const body = `the ${status} to a wrong key has ${isBodiless ? "no" : "a"} body`;
  answers.tellOr(
    "bodilessAuthErrors",
    isRefusal ? isBodiless : undefined,
    body,
    `a wrong key was answered ${status}`,
  );
  const badQuery = await line.get("/sub-accounts/all/usage", { query: { from: "no-time" } });
  const isList = Array.isArray(at(badQuery.body, "detail"));
  if (isList)
    answers.tellBy("badFields", badQuery, { 422: "detail list" }, "a bad query, with a list of details,");
  else answers.tellBy("badFields", badQuery, { 400: "message" }, "a bad query");
  const unknown = await line.get(`/sub-accounts/${randomUUID()}/usage`);
  answers.tellBy("unknownIdStatus", unknown, { 400: 400, 404: 404 }, "the usage of an unknown id");
}

const SHOWS = {
  calls: "allow_concurrent_calls",
  minimum: "min_concurrency",
  both: "allow_concurrent_calls and min_concurrency",
};

/** Tells the organization and the generation by an account in the listing. */
export function tellRow({ answers }: BolnaTalk, { raw }: Row): void {
  const organization = textAt(raw, "organization_id");
  const shows = `a listed account has organization_id ${organization}`;
  answers.tellOr("organizationId", organization, shows, "a listed account has no organization_id");
  const [calls, minimum] = [has(raw, "allow_concurrent_calls"), has(raw, "min_concurrency")];
  const generation = calls ? (minimum ? "both" : "calls") : minimum ? "minimum" : undefined;
  const because = `a listed account shows ${generation && SHOWS[generation]}`;
  answers.tellOr("generation", generation, because, "a listed account shows no concurrency");
}
