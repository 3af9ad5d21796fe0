import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { SessionProof } from '#lib/server/accounts/session-cache.ts';
import type { App as Application } from '#lib/server/app.ts';
import type { AuditNote } from '#lib/server/audit/request.ts';

declare global {
  namespace App {
    interface Locals {
      app: Application;
      actor: Actor | null;
      /** The session that the cookie of a person names. */
      session: SessionProof | null;
      /** `R-` and 8 characters: finds the lines of this request in the log. */
      request_id: string;
      language: 'en' | 'zh-CN';
      theme: 'light' | 'dark' | null;
      /** `Set-Cookie` headers to send with the answer, as better-auth wrote them. */
      set_cookies: string[];
      /** What the audit log should say of this request, beyond its address. */
      audit: AuditNote | null;
      /** Set when the answer failed because the database could not be reached: 503 instead of 500. */
      is_database_lost: boolean;
      /** Set by a page that is whole, and of which nothing changes but with the version of its data. */
      may_keep_page: boolean;
    }
    interface Error {
      message: string;
      request_id?: string;
      /** The page failed because the database did not answer; the answer says 503. */
      is_database_lost?: boolean;
    }
  }
}

export {};
