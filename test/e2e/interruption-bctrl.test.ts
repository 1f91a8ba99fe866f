import { describe } from "vitest";
import { interruptions } from "./interruption";

const [accounts, account, keys] = ["/v1/subaccounts", "/v1/subaccounts/{id}", "/v1/api-keys"];

describe("an up at bctrl that is interrupted ends well", () =>
  interruptions("bctrl", [
    ["kill after", "create", `POST ${accounts}`],
    ["kill after", "update", `PATCH ${account}`],
    ["kill of the CLI alone", "delete", `POST ${account}/archive`],
    ["kill after", "adopt", `POST ${keys}`],
    ["kill after", "several", `POST ${accounts}`],
    ["Ctrl-C", "several", `POST ${keys}`],
    ["outage", "update", `PATCH ${account}`],
  ]));
