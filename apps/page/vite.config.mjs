/**
 * How the page is built (by tools/build-page.mjs) and served while it is developed:
 * `npx vite apps/page` next to `npm start`; PAGE_API names another server than that.
 */
export default {
  // Relative addresses: the page works below any path, and knows no host.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    // Nothing is inlined: the content security policy allows files of this server only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/readyz', '/sample', '/openapi.json'].map((path) => [
        path,
        process.env['PAGE_API'] ?? 'http://127.0.0.1:8080',
      ]),
    ),
  },
};
