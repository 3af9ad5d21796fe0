/** The shapes that a message can be posted in. */
export const FORMATS = ['standard', 'dingtalk', 'wecom', 'feishu', 'slack', 'teams'] as const;
export type Format = (typeof FORMATS)[number];

export const ENDPOINT_STATES = ['active', 'paused', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** A firm has a few systems; more addresses than this are a way to use us against others. */
export const ENDPOINTS_MAX = 50;

/** A week: longer overlaps are two secrets and no rotation. */
export const OVERLAP_HOURS_MAX = 168;
export const SECRET_LENGTH_MAX = 500;
export const URL_LENGTH_MAX = 2_000;
export const DESCRIPTION_LENGTH_MAX = 200;

/** Standard Webhooks signs with the decoded bytes. */
const STANDARD_SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

/** Whether messages in this format can be signed with the secret; none given is made here. */
export function isSecretUsable(format: Format, secret: string | null): boolean {
  if (secret === null) return true;
  return secret.length <= SECRET_LENGTH_MAX && (format !== 'standard' || STANDARD_SECRET.test(secret));
}
