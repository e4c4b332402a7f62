import { z } from "zod";

/** `POST /api/v3/configure/token/named_admin` */
export const namedTokenBody = z.object({
  token_name: z.string(),
  expiry_secs: z.number().int().nonnegative().nullish(),
});
export type NamedTokenBody = z.output<typeof namedTokenBody>;

/** `DELETE /api/v3/configure/token` */
export const deleteTokenQuery = z.object({ token_name: z.string() });

/** What every route that makes a token answers. The token itself is shown this once. */
export const tokenResponse = z.object({
  id: z.number(),
  name: z.string(),
  token: z.string(),
  hash: z.string(),
  created_at: z.string(),
  expiry: z.string().nullable(),
});
export type TokenResponse = z.output<typeof tokenResponse>;
