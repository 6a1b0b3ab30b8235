// Drives the registry at the URI given as argument with KafkaJS's client; prints one line of JSON.
const assert = require('node:assert')
const { SchemaRegistry, SchemaType, COMPATIBILITY } = require('@kafkajs/confluent-schema-registry')

const record = fields => JSON.stringify({ type: 'record', name: 'Quake', namespace: 'geo', fields })
const id = { name: 'id', type: 'string' }
const mag = { name: 'mag', type: ['null', 'double'], default: null }
const depth = { name: 'depth', type: 'double' }

async function main(host) {
  const registry = new SchemaRegistry({ host, retry: { retries: 0 } })
  const avro = schema => ({ type: SchemaType.AVRO, schema })
  const v1 = await registry.register(avro(record([id])), { subject: 'quakes-value' })
  const again = await registry.register(avro(record([id])), { subject: 'quakes-value' })
  assert.equal(again.id, v1.id)
  const v2 = await registry.register(avro(record([id, mag])), { subject: 'quakes-value' })
  assert.notEqual(v2.id, v1.id)

  const payload = { id: 'a', mag: 4.5 }
  const bytes = await registry.encode(v2.id, payload)
  assert.equal(bytes.readUInt8(0), 0)
  assert.equal(bytes.readInt32BE(1), v2.id)
  const reader = new SchemaRegistry({ host, retry: { retries: 0 } })
  assert.deepEqual({ ...(await reader.decode(bytes)) }, payload)
  assert.equal(await reader.getLatestSchemaId('quakes-value'), v2.id)
  assert.equal(await reader.getRegistryId('quakes-value', 1), v1.id)
  assert.equal(await reader.getRegistryIdBySchema('quakes-value', avro(record([id]))), v1.id)

  const incompatible = registry.register(avro(record([id, mag, depth])), { subject: 'quakes-value' })
  await assert.rejects(incompatible, /incompatible with an earlier schema/)
  await assert.rejects(reader.decode(Buffer.from([0, 0, 0, 3, 231, 0])), /Schema 999 not found/)

  const outer = JSON.stringify({
    type: 'record', name: 'Report', namespace: 'geo', fields: [{ name: 'quake', type: 'geo.Quake' }],
  })
  const references = [{ name: 'geo.Quake', subject: 'quakes-value', version: 2 }]
  const report = await registry.register(
    { type: SchemaType.AVRO, schema: outer, references }, { subject: 'reports-value' })
  const nested = await registry.encode(report.id, { quake: payload })
  assert.deepEqual(JSON.parse(JSON.stringify(await reader.decode(nested))), { quake: payload })

  const free = { subject: 'free', compatibility: COMPATIBILITY.NONE }
  await registry.register(avro(record([id])), free)
  await registry.register(avro(record([{ name: 'id', type: 'int' }])), free)
  console.log(JSON.stringify({ ids: [v1.id, v2.id, report.id] }))
}

main(process.argv[2]).catch(e => {
  console.error(e)
  process.exit(1)
})
