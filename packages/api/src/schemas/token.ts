import { z } from "zod";

/** Some 6000 years: a time further away has no text of four-digit years. */
const LONGEST_EXPIRY_SECONDS = 200_000_000_000;

/** `POST /api/v3/configure/token/named_admin` */
export const namedTokenBody = z.object({
  token_name: z.string(),
  expiry_secs: z
    .number()
    .int()
    .nonnegative("u64")
    .max(LONGEST_EXPIRY_SECONDS, `at most ${LONGEST_EXPIRY_SECONDS} seconds`)
    .nullish(),
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
