// Records a customer in the shop of this folder with a real browser:
//
//   npm install playwright-core
//   node record.mjs http://127.0.0.1:PORT ../app.har /usr/bin/chromium
//
// go test ./importer -run AppRecorded -record serves the shop and calls it.
import { chromium } from "playwright-core";

const [address, file, browser] = process.argv.slice(2);
const chrome = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const context = await chrome.newContext({ recordHar: { path: file, content: "embed" } });
const page = await context.newPage();
await page.goto(address + "/");
await page.fill("input[name=email]", "ana@example.com");
await page.fill("input[name=password]", "correct-horse");
await page.click("button");
await page.fill("input[name=q]", "espresso");
await page.click("button");
await page.click("#add");
await page.click("#pay");
await page.waitForSelector("#state");
await page.click("#cancel");
await page.waitForSelector("#gone");
await context.close();
await chrome.close();
