export { type Conclusion, TestReport, type TestReportOptions } from "./test-report.ts";
