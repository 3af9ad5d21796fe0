/** An answer as far as it shows whether a wall against robots gave it. */
export type Answer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The beginning is enough. */
  body: string;
  byte_count: number;
};

/** What walls in front of official sites are known by; which one it was is shown to the operator. */
export const WALLS = ['ruishu', 'jiasule', 'captcha', 'challenge', 'shell'] as const;
export type Wall = (typeof WALLS)[number];

/** Statuses that the walls of customs.gov.cn answer with instead of the page. */
const WALL_STATUSES = new Set([209, 405, 412, 521]);
/** A page that a wall puts in place of the real one has hardly a body. */
export const SHELL_BYTES_MAX = 4_096;
const TINY_BYTES_MAX = 200;

/** What walls say in place of a page, some of them with status 200. */
const STOPPED = /(?:访问|请求)(?:已)?被(?:拦截|阻断)|访问(?:请求)?可能对网站造成(?:安全)?威胁/;
/** A page that sets a cookie and asks for itself again shows itself to browsers alone. */
const RELOADS = /document\.cookie\s*=[\s\S]*\blocation(?:\.(?:reload|replace|href|assign)\b|\s*=)/;
const LINK = /<a\s/i;
/** What they are called; a page that is let through may say so in its footer. */
const FIREWALL = /web\s?应用防火墙|云防护|云盾/i;

const PASSWORD = /<input[^>]*\btype\s*=\s*["']?password/i;
const LOGIN_ADDRESS = /login|logon|sign-?in|passport|\b(?:cas|sso|auth|oauth2?)\b|denglu/i;
const LOGIN_TITLE = /<title[^>]*>[^<]*(?:登录|登陆|登入|身份认证|log ?in|sign ?in)/i;

/** Whether a page that another address led to asks for a password instead of showing what was asked for. */
export function isLogin(led_to: string, head: string): boolean {
  return PASSWORD.test(head) && (LOGIN_ADDRESS.test(led_to) || LOGIN_TITLE.test(head));
}

function isReload(head: string): boolean {
  return RELOADS.test(head) && !LINK.test(head);
}

/**
 * The wall that gave this answer, or null. Ruishu answers 412, 405 or 209 with a script that sets `$_ts`, and
 * 400 with nothing to headless browsers; Jiasule 521 with a cookie made by a script. None is got around.
 */
export function wallOf({ status, headers, body, byte_count }: Answer): Wall | null {
  const head = body.slice(0, 20_000);
  if (/\$_ts\b/.test(head) || /<script[^>]*\br=["']m["']/.test(head)) return 'ruishu';
  if (/__jsl_clearance/.test(head) || /__jsl/.test(headers['set-cookie'] ?? '')) return 'jiasule';
  if (/cf-chl|challenge-platform|_cf_chl_opt|acw_sc__v2|aliyun_waf|slidecaptcha/i.test(head))
    return 'challenge';
  const is_refusal = status >= 400 || status === 209;
  if (is_refusal && /captcha|验证码|人机验证|安全验证|访问验证/i.test(head)) return 'captcha';
  if (byte_count <= SHELL_BYTES_MAX && (STOPPED.test(head) || isReload(head))) return 'challenge';
  if (is_refusal && FIREWALL.test(head)) return 'challenge';
  if (WALL_STATUSES.has(status) && byte_count <= SHELL_BYTES_MAX) return 'shell';
  return status === 400 && byte_count <= TINY_BYTES_MAX ? 'shell' : null;
}
