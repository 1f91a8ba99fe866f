import { z } from "zod";

/** Types of members of records that several vendors share. */
export const id = z.string().min(1);
export const whole = z.int().min(0);
export const dateTime = z.iso.datetime({ offset: true });
export const metadata = z.record(z.string(), z.unknown());
