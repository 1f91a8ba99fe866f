import { vi } from "vitest";
import type * as emulatorRoutes from "../../emulator/zavu/routes";
import type * as registry from "../../provider/vendors";
import type * as zavuClient from "../../provider/zavu/client";
import type * as requests from "../support/vendor-requests";
import documented from "./zavu/vendor-requests.json";

/** Adds `zavu.Webhook` where a real resource has its lines: the registry, the emulator's routes, the documented calls. */

vi.mock("../../provider/vendors", async (original) => {
  const { vendors, ...rest } = await original<typeof registry>();
  const { zavuWebhook } = await import("./zavu/webhook.js");
  return { ...rest, vendors: { ...vendors, zavu: { ...vendors.zavu, Webhook: zavuWebhook } } };
});

vi.mock("../../provider/zavu/client", async (original) => {
  const { zavu, ...rest } = await original<typeof zavuClient>();
  const { webhookCalls } = await import("./zavu/client.js");
  const client = (...[http, version]: Parameters<typeof zavu.client>) => ({
    ...zavu.client(http, version),
    ...webhookCalls(http),
  });
  return { ...rest, zavu: { ...zavu, client } };
});

vi.mock("../../emulator/zavu/routes", async (original) => {
  const { zavuRoutes } = await original<typeof emulatorRoutes>();
  const { addWebhooks } = await import("./zavu/routes.js");
  return {
    zavuRoutes: (options: emulatorRoutes.ZavuWorld) => addWebhooks(zavuRoutes(options), options),
  };
});

vi.mock("../support/vendor-requests", async (original) => {
  const { document, ...rest } = await original<typeof requests>();
  document(documented);
  return { document, ...rest };
});
