import { vi } from "vitest";
import type * as emulatorRoutes from "../../emulator/zavu/routes";
import type * as registry from "../../provider/vendors";
import type * as zavuClient from "../../provider/zavu/client";
import type * as requests from "../support/vendor-requests";
import { documented } from "./zavu/vendor-requests.mts";

/** Adds `zavu.Webhook` and `zavu.SenderName` where a real resource has its lines: the registry, the emulator's routes, the documented calls. */

vi.mock("../../provider/vendors", async (original) => {
  const { vendors, ...rest } = await original<typeof registry>();
  const { zavuWebhook } = await import("./zavu/webhook.js");
  const { zavuSenderName } = await import("./zavu/sender-name.js");
  return {
    ...rest,
    vendors: { ...vendors, zavu: { ...vendors.zavu, Webhook: zavuWebhook, SenderName: zavuSenderName } },
  };
});

vi.mock("../../provider/zavu/client", async (original) => {
  const { zavu, ...rest } = await original<typeof zavuClient>();
  const { recipeCalls } = await import("./zavu/client.js");
  const client = (...[http, version]: Parameters<typeof zavu.client>) => ({
    ...zavu.client(http, version),
    ...recipeCalls(http),
  });
  return { ...rest, zavu: { ...zavu, client } };
});

vi.mock("../../emulator/zavu/routes", async (original) => {
  const { zavuRoutes } = await original<typeof emulatorRoutes>();
  const { addRecipeRoutes } = await import("./zavu/routes.js");
  return {
    zavuRoutes: (options: emulatorRoutes.ZavuWorld) => addRecipeRoutes(zavuRoutes(options), options),
  };
});

vi.mock("../support/vendor-requests", async (original) => {
  const { document, ...rest } = await original<typeof requests>();
  document("zavu", documented);
  return { document, ...rest };
});
