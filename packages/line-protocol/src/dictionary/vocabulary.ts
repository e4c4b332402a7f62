import { FieldKeys, MeasurementFields } from "./field-keys.ts";
import { NO_RECORD } from "./record.ts";
import { SeriesKeys } from "./series-keys.ts";

/** The measurements seen so far: dense ids from 0 by decoded name. */
export class Measurements {
  private readonly names: string[] = [];
  private readonly idByName = new Map<string, number>();

  get count(): number {
    return this.names.length;
  }

  name(measurementId: number): string {
    const name = this.names[measurementId];
    if (name === undefined) throw new RangeError(`No measurement has the id ${measurementId}.`);
    return name;
  }

  /** The id of `name`, given out when it is new. */
  resolve(name: string): number {
    const known = this.idByName.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.names.push(name);
    this.idByName.set(name, id);
    return id;
  }
}

/** Everything one parser has learned. It only grows; `sizeBytes` tells its owner when to start afresh. */
export class Vocabulary {
  readonly keys: SeriesKeys;
  readonly fieldKeys: FieldKeys;
  readonly measurements = new Measurements();
  /** By measurement: the record of the field that its last line began with. */
  readonly firstFields: number[] = [];
  private readonly fieldsByMeasurement: MeasurementFields[] = [];

  constructor(seed: number) {
    this.keys = new SeriesKeys(seed);
    this.fieldKeys = new FieldKeys(seed);
  }

  /** The measurement called `name`, added when it is new. */
  resolveMeasurement(name: string): number {
    const id = this.measurements.resolve(name);
    if (id === this.fieldsByMeasurement.length) {
      this.fieldsByMeasurement.push(new MeasurementFields());
      this.firstFields.push(NO_RECORD);
    }
    return id;
  }

  fields(measurementId: number): MeasurementFields {
    const fields = this.fieldsByMeasurement[measurementId];
    if (fields === undefined) throw new RangeError(`No measurement has the id ${measurementId}.`);
    return fields;
  }

  get sizeBytes(): number {
    const keys = this.keys.dictionary;
    const fieldKeys = this.fieldKeys.dictionary;
    const objects = keys.count + fieldKeys.count + this.measurements.count;
    return keys.sizeBytes + fieldKeys.sizeBytes + objects * OBJECT_BYTES;
  }
}

/** What a name's string, map entry and list entries weigh beside the tables: a cautious guess. */
const OBJECT_BYTES = 64;
