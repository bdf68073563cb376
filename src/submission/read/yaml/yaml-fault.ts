/** Why a text is not YAML to yaml.v3. Thrown inside this folder only; `parseYaml` returns it. */
export class YamlFault extends Error {
  /** Offset into the decoded text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'YamlFault';
    this.offset = offset;
  }
}
