/** The shapes that a message can be posted in. */
export const FORMATS = ['standard', 'dingtalk', 'wecom', 'feishu', 'slack', 'teams'] as const;
export type Format = (typeof FORMATS)[number];

export const ENDPOINT_STATES = ['active', 'paused', 'disabled'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** A firm has a few systems; more addresses than this are a way to use us against others. */
export const ENDPOINTS_MAX = 50;
