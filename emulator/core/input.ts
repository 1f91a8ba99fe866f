import { z } from "zod";
import { badRequest, type Problem } from "./refusal";

/** The part of a Hono context that is read here. */
interface Asked {
  readonly req: { readonly url: string; header(name: string): string | undefined };
  readonly env: { readonly text: string };
}

/** For calls without query parameters. */
export const noQuery = z.strictObject({});

/** A whole number in a query. */
export const wholeNumber = z.string().regex(/^\d+$/, "must be an integer").transform(Number);

/** Explains a body that is no JSON: by its content type, or by its text. */
export const wrongContentType: Problem = { field: "content-type", message: "must be application/json" };
export const malformedJson: Problem = { field: "", message: "the body is not valid JSON" };

/** The key of `Authorization: Bearer <key>`. */
export function bearerKey(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
}

/** The parsed query. Throws a refusal that names each unknown or bad parameter. */
export function readQuery<Q>(c: Asked, schema: z.ZodType<Q>): Q {
  const values = Object.fromEntries(new URL(c.req.url).searchParams);
  const result = schema.safeParse(values);
  if (!result.success) throw badRequest(problemsOf(result.error, "query parameter"));
  return result.data;
}

/** The JSON body before any rule is applied to it. Throws a refusal for a wrong content type and for malformed JSON. */
export function readJson(c: Asked): unknown {
  const contentType = c.req.header("content-type") ?? "";
  if (contentType.split(";", 1)[0]?.trim().toLowerCase() !== "application/json") {
    throw badRequest([wrongContentType]);
  }
  try {
    return JSON.parse(c.env.text);
  } catch {
    throw badRequest([malformedJson]);
  }
}

/** The parsed body. Throws a refusal that names each unknown, missing or bad field. */
export function readBody<B>(c: Asked, schema: z.ZodType<B>): B {
  const result = schema.safeParse(readJson(c));
  if (!result.success) throw badRequest(problemsOf(result.error, "field"));
  return result.data;
}

/** For calls that take no body. */
export function refuseBody(c: Asked): void {
  if (c.env.text !== "") throw badRequest([{ field: "", message: "this call takes no body" }]);
}

function problemsOf(error: z.ZodError, noun: string): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ field: [...path, key].join("."), message: `unknown ${noun}` }));
    }
    return [{ field: path.join("."), message: issue.message }];
  });
}
