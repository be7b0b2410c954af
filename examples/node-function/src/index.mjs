// A Lambda function that reads a parameter and a secret with AWS's SDK alone. The agent of the layer answers from its cache.
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

const parameters = new SSMClient();
const secrets = new SecretsManagerClient();

/** Returns the banner and the name of the user. */
export async function handler() {
  const [banner, login] = await Promise.all([
    parameters.send(new GetParameterCommand({ Name: "/shop/production/banner", WithDecryption: true })),
    secrets.send(new GetSecretValueCommand({ SecretId: "/shop/production/login" })),
  ]);
  return { banner: banner.Parameter.Value, user: JSON.parse(login.SecretString).user };
}
