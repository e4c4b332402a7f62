export {
  Authenticator,
  type AuthenticatorOptions,
  type KnownToken,
  type Presented,
} from "./authenticator.ts";
export { tokenOfHeader, tokenOfQuery } from "./credentials.ts";
export { generateToken, hashToken, OPERATOR_TOKEN, TOKEN_PREFIX } from "./token.ts";
