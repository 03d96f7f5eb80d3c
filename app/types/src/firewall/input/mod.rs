//! What a rule may say: each check answers with a [`Problem`](crate::text::Problem), for the form and the server alike.
