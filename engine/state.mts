/** One resource of a state file, as far as tests look at it. */
interface StateResource {
  urn: string;
  type: string;
  id?: string;
  custom: boolean;
  delete?: boolean;
  parent?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
  protect?: boolean;
  external?: boolean;
  retainOnDelete?: boolean;
}

/** The deployment in a state file, as far as tests look at it. */
export interface State {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}
