/** Pairs `traditional simplified`, parted by `|`: one character each, of OpenCC's TSCharacters. */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string;
  export { pairs as default };
}
