import adapter from '@sveltejs/adapter-node';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // Its settings carry a prefix, so that it takes neither ORIGIN, which the program itself reads, nor anything
    // that happens to stand in the environment; src/web.ts sets them.
    adapter: adapter({ precompress: true, envPrefix: 'GREENLANE_ADAPTER_' }),
    // A refusal is another page in the place of the one that was asked for: what it loads is named from the root.
    paths: { relative: false },
    // The web process answers for several spellings of its own address (localhost, 127.0.0.1);
    // src/web.ts tells the adapter which one a request came by, so the origin check stays on.
    csp: {
      mode: 'nonce',
      directives: {
        'default-src': ['self'],
        'script-src': ['self'],
        'style-src': ['self'],
        // Svelte writes `style:` on the server as attributes; a whole sheet comes from our own address alone.
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'data:', 'blob:'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['self'],
        'frame-ancestors': ['none'],
      },
    },
    typescript: {
      config: (config) => {
        config.include = [
          ...config.include,
          '../jobs/**/*.ts',
          '../migrations/**/*.ts',
          '../tests/**/*.ts',
          '../src/**/*.ts',
          '../*.ts',
        ];
        return config;
      },
    },
  },
};
