import { easySiteList } from './official-sites.ts';

/** A pseudo-random stream that is the same at every run for a seed. */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Article = { path: string; title: string; date: string; limit: number; files: number[] };

/** What changes at every visit and is no news: counters, tokens, the date of today, advertisements, whitespace. */
function noise(random: () => number): string {
  const token = Math.floor(random() * 1e9).toString(36);
  return `<script>var t="${token}";</script><div class="share">今天是2026年5月${1 + Math.floor(random() * 28)}日</div>
<p>浏览次数：${Math.floor(random() * 100_000)}</p><form><input type="hidden" name="csrf" value="${token}"></form>`;
}

/** A site of thirty days: notices appear, some are edited in one digit, some in a file's text; all pages are noisy. */
export class ReplayedSite {
  readonly articles: Article[] = [];
  readonly #random: () => number;
  readonly #root: string;
  #made = 0;

  constructor(root: string, seed: number) {
    this.#root = root;
    this.#random = stream(seed);
    for (let count = 0; count < 5; count += 1) this.publish('2026-05-01');
  }

  publish(date: string): void {
    this.#made += 1;
    const path = `${this.#root}/2026-05/article_${this.#made}.html`;
    this.articles.unshift({
      path,
      title: `关于示例事项${this.#made}的公告（${this.#root.slice(1)}）`,
      date,
      limit: 20,
      files: [],
    });
  }

  /** One day: perhaps a new notice, perhaps one digit of an old one. Answers the number of edits. */
  live(date: string): number {
    if (this.#random() < 0.5) this.publish(date);
    if (this.#random() >= 0.4) return 0;
    const article = this.articles[Math.floor(this.#random() * this.articles.length)];
    // A notice of today is not edited before it was seen.
    if (!article || article.date === date) return 0;
    article.limit += 1;
    return 1;
  }

  list(): string {
    const rows = this.articles.map(({ title, path, date }) => ({ title, href: path, date }));
    return easySiteList(rows, { views: Math.floor(this.#random() * 1e6) }).replace(
      '</body>',
      `${noise(this.#random)}</body>`,
    );
  }

  page({ title, limit }: Article): string {
    const gap = ' '.repeat(Math.floor(this.#random() * 4));
    return `<html><head><meta name="token" content="${this.#random()}"></head><body>${noise(this.#random)}
<div class="easysite-news-title"><h2>${title}</h2></div>
<div id="easysiteText"><p>${gap}依据第4.12条，限量为 ${limit} mg/kg。${gap}</p><p>浏览次数：${Math.floor(this.#random() * 1e5)}次</p></div>
${noise(this.#random)}</body></html>`;
  }
}
