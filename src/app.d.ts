import type { Actor } from '#lib/domain/accounts/actor.ts';
import type { App as Application } from '#lib/server/app.ts';

declare global {
  namespace App {
    interface Locals {
      app: Application;
      actor: Actor | null;
      request_id: string;
      language: 'en' | 'zh-CN';
      theme: 'light' | 'dark' | null;
    }
    interface Error {
      message: string;
      request_id?: string;
    }
  }
}

export {};
