export { ParquetWriter } from "./parquet-writer.ts";
