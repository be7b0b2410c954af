use lambda_cache::{Error, refresh_on_error, ssm};

struct Shop;

impl Shop {
    #[refresh_on_error]
    #[ssm::cache(parameter = "/app/var")]
    async fn handler(self, var: String) -> Result<String, Error> {
        Ok(var)
    }
}

fn main() {}
