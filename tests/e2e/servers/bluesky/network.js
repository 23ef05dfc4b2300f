// A development network of Bluesky: directory, account server and index, without its other services.
// usage: node network.js FOLDER-WITH-NODE_MODULES DIRECTORY-PORT ACCOUNT-PORT INDEX-PORT, with DB_POSTGRES_URL set
const { createRequire } = require('node:module')

const [modules, ...ports] = process.argv.slice(2)
const { TestPlc, TestPds, TestBsky, mockNetworkUtilities } = createRequire(`${modules}/package.json`)('@atproto/dev-env')

async function main() {
  const [directoryPort, accountPort, indexPort] = ports.map(Number)
  const directory = await TestPlc.create({ port: directoryPort })
  const index = await TestBsky.create({
    port: indexPort,
    publicUrl: `http://localhost:${indexPort}`,
    plcUrl: directory.url,
    pdsPort: accountPort,
    repoProvider: `ws://localhost:${accountPort}`,
    dbPostgresUrl: process.env.DB_POSTGRES_URL,
    dbPostgresSchema: 'appview',
  })
  const accounts = await TestPds.create({
    port: accountPort,
    didPlcUrl: directory.url,
    bskyAppViewUrl: index.url,
    bskyAppViewDid: index.ctx.cfg.serverDid,
    enableDidDocWithSession: true,
  })
  mockNetworkUtilities(accounts, index)
  console.log('READY')
}

main().catch((error) => {
  console.error('FAILED', error)
  process.exit(1)
})
