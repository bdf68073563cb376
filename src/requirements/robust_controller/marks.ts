/** What a mark says of a child that was deleted: it and its pods do not count when it is to be there again. */
export interface ChildDeleted {
  readonly of: string;
  readonly uid: string;
  readonly pods: readonly string[];
}
/** And of a field of a child that was changed. */
export interface FieldChanged {
  readonly of: string;
  readonly uid: string;
  readonly generation: number;
  readonly was: unknown;
}
/** The object under test, and after a change of it the generation that the change made. */
export interface Created {
  readonly uid: string;
}
export interface Changed {
  readonly generation: number;
}
