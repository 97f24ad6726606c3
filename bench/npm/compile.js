// npm's mjml, warm, on one file: `node compile.js FILE OUT` writes its HTML, `node compile.js FILE` prints compiles a second.
const { readFileSync, writeFileSync } = require("fs");
const mjml2html = require(require.resolve("mjml", { paths: [process.cwd()] }));

const source = readFileSync(process.argv[2], "utf8");
// As it comes, but for what the mail must not hold: comments and a stranger's fonts. With its validation off it is half as fast again.
const compile = () => mjml2html(source, { fonts: {}, keepComments: false }).html;

if (process.argv[3]) {
  writeFileSync(process.argv[3], compile());
} else {
  for (let warm = 0; warm < 5; warm += 1) compile();
  const started = process.hrtime.bigint();
  let count = 0;
  let spent = 0;
  while (spent < 2) {
    compile();
    count += 1;
    spent = Number(process.hrtime.bigint() - started) / 1e9;
  }
  console.log(count / spent);
}
