import { lostWorkers } from "./lost-workers";

lostWorkers(120);
