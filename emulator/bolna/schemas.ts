import { z } from "zod";
import { wholeNumber } from "../core/input";
import { concurrencyFields } from "./concurrency";
import type { BolnaSwitches } from "./switches";

const optionalText = z.string().nullable().default(null);

const name = (switches: BolnaSwitches) => z.string().min(switches.emptyName === 400 ? 1 : 0);

/** Body of POST /sub-accounts/create: https://www.bolna.ai/docs/api-reference/sub-accounts/create. */
export const createBody = (switches: BolnaSwitches) =>
  z.strictObject({
    name: name(switches),
    ...concurrencyFields(switches, true),
    multi_tenant: z.boolean().default(false),
    db_host: optionalText,
    db_name: optionalText,
    // A string by its type, a number in the vendor's example.
    db_port: z
      .union([z.string(), z.int().transform(String)])
      .nullable()
      .default(null),
    db_user: optionalText,
    db_password: optionalText,
  });

/** Body of PATCH /sub-accounts/{id}: https://www.bolna.ai/docs/api-reference/sub-accounts/patch_update. */
export const updateBody = (switches: BolnaSwitches) =>
  z.strictObject({ name: name(switches).optional(), ...concurrencyFields(switches, false) });

/** Query of the listing where it is paged; the bounds are those of the vendor's other listings. */
export const pageQuery = z.strictObject({
  page_number: wholeNumber.pipe(z.int().min(1)).default(1),
  page_size: wholeNumber.pipe(z.int().min(1).max(50)).default(20),
});

const dateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/, "must be an ISO 8601 date-time")
  .transform(
    (text) => new Date(/T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}${text.includes("T") ? "Z" : ""}`),
  )
  .refine((date) => !Number.isNaN(date.getTime()), "must be an ISO 8601 date-time");

/** Query of the usage calls: https://www.bolna.ai/docs/api-reference/sub-accounts/usage. */
export const usageQuery = z.strictObject({ from: dateTime.optional(), to: dateTime.optional() });
