export { type AddressKind, kindOf } from "./address-kinds.ts";
export { type AddressRange, contains, parseRange } from "./address-range.ts";
export {
  formatAddress,
  formatEndpoint,
  type Host,
  type IpAddress,
  parseAddress,
  parseHost,
} from "./ip-address.ts";
