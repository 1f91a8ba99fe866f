import { describe } from "vitest";
import { interruptions } from "./interruption";

const [accounts, account] = ["/v1/sub-accounts", "/v1/sub-accounts/{id}"];
const [keys, key] = [`${account}/api-keys`, `${account}/api-keys/{id}`];

describe("an up at Zavu that is interrupted ends well", () =>
  interruptions("zavu", [
    ["kill after", "create", `POST ${accounts}`],
    ["kill after", "create", `POST ${keys}`],
    ["kill after", "replace key", `POST ${keys}`],
    ["kill after", "delete", `DELETE ${account}`],
    ["kill after", "rotate", `POST ${keys}`],
    ["kill after", "rotate at once", `DELETE ${key}`],
    ["kill after", "several", `POST ${keys}`],
    ["Ctrl-C", "rotate", `POST ${keys}`],
    ["drop after", "create", `POST ${keys}`, "same up"],
  ]));
