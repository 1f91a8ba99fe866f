import { lostWorkers } from "../e2e/lost-workers";

lostWorkers(300);
