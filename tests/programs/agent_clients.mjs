// Reads and writes through the endpoints of the environment with the SDK for JavaScript and with middy. Prints what it got.
import { BatchGetSecretValueCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  GetParameterCommand, GetParametersCommand, paginateGetParametersByPath, PutParameterCommand, SSMClient
} from '@aws-sdk/client-ssm'
import middy from '@middy/core'
import secretsManager from '@middy/secrets-manager'
import ssm from '@middy/ssm'

const parameters = new SSMClient()
const secrets = new SecretsManagerClient()
const got = {}

const { Parameter } = await parameters.send(new GetParameterCommand({ Name: '/app/a' }))
got.parameter = [Parameter.Value, Parameter.Version, Parameter.LastModifiedDate instanceof Date]
const several = await parameters.send(new GetParametersCommand({ Names: ['/app/a', '/none'] }))
got.several = [several.Parameters.map((one) => one.Value), several.InvalidParameters]
got.path = []
for await (const page of paginateGetParametersByPath({ client: parameters, pageSize: 1 }, { Path: '/app' })) {
  got.path.push(page.Parameters.map((one) => one.Name))
}
const secret = await secrets.send(new GetSecretValueCommand({ SecretId: 'prod/db' }))
got.secret = [secret.SecretString, secret.CreatedDate instanceof Date]
const batch = await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['prod/db', 'none'] }))
got.batch = [batch.SecretValues.map((one) => one.SecretString), batch.Errors.map((one) => one.ErrorCode)]
got.error = await parameters.send(new GetParameterCommand({ Name: '/none' })).catch((error) => error.name)
await parameters.send(new PutParameterCommand({ Name: '/app/a', Value: 'y', Overwrite: true }))
got.written = (await parameters.send(new GetParameterCommand({ Name: '/app/a' }))).Parameter.Value

const handler = middy(async (event, context) => [context.a, context.all, context.db])
  .use(ssm({ fetchData: { a: '/app/a' }, setToContext: true, cacheExpiry: 0, cacheKey: 'key1' }))
  .use(ssm({ fetchData: { all: '/app/' }, setToContext: true, cacheExpiry: 0, cacheKey: 'key2' }))
  .use(secretsManager({ fetchData: { db: 'prod/db' }, setToContext: true, cacheExpiry: 0, cacheKey: 'key3' }))
got.middy = await handler({}, { getRemainingTimeInMillis: () => 1000 })

console.log(JSON.stringify(got))
