/** One thing that somebody may or may not do. `verb` on `path` for non-resource URLs. */
export interface AccessQuestion {
  verb: string;
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  path?: string;
}

export interface AccessAnswer {
  allowed: boolean;
  /** Explicitly denied, so that no other authorizer was asked. */
  denied: boolean;
  reason: string;
}

export interface ResourceRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
}

export interface AccessRules {
  resourceRules: ResourceRule[];
  nonResourceRules: { verbs: string[]; nonResourceURLs: string[] }[];
  /** True when an authorizer could not list its rules: absence then proves nothing. */
  incomplete: boolean;
  evaluationError: string;
}

export interface Whoami {
  username: string;
  uid: string;
  groups: string[];
  extra: Record<string, string[]>;
}
