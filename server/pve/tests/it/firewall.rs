//! The firewall's calls against the lab.

use drover_lab::Lab;
use pve_client::{
    Client, ConfigChange, FirewallOf, FirewallRuleSpec, GuestKind, Resource, ResourceType, RulesOf,
};

use crate::lab::{client, lab};

fn rule(port: &str) -> FirewallRuleSpec {
    FirewallRuleSpec {
        direction: Some("in".into()),
        action: Some("ACCEPT".into()),
        enable: true,
        proto: Some("tcp".into()),
        dport: Some(port.into()),
        source: Some("10.0.0.0/24".into()),
        comment: Some("웹 서버".into()),
        ..FirewallRuleSpec::default()
    }
}

async fn ports(client: &Client, of: RulesOf<'_>) -> Vec<String> {
    let rules = client.firewall_rules(of).await.unwrap();
    rules
        .into_iter()
        .map(|rule| rule.spec.dport.unwrap_or_default())
        .collect()
}

async fn digest(client: &Client, of: RulesOf<'_>) -> Option<String> {
    let rules = client.firewall_rules(of).await.unwrap();
    rules.into_iter().find_map(|rule| rule.digest)
}

#[tokio::test]
async fn a_group_lives_from_its_making_to_its_end() {
    let lab: Lab = lab().await;
    let client = client(&lab);
    client
        .create_firewall_group("web", Some("frontends"))
        .await
        .unwrap();
    let again = client.create_firewall_group("web", None).await.unwrap_err();
    assert!(again.is_name_taken() && !again.is_not_found(), "{again:?}");
    let groups = client.firewall_groups().await.unwrap();
    let web = groups.iter().find(|group| group.group == "web").unwrap();
    assert_eq!(web.comment.as_deref(), Some("frontends"));
    let stale = client
        .change_firewall_group(
            "web",
            "www",
            None,
            Some("0123456789012345678901234567890123456789"),
        )
        .await
        .unwrap_err();
    assert!(stale.is_stale_digest(), "{stale:?}");
    client
        .change_firewall_group("web", "www", Some("all of them"), web.digest.as_deref())
        .await
        .unwrap();
    let of = RulesOf::Group("www");
    let missing = client.firewall_rules(RulesOf::Group("web")).await.unwrap_err();
    assert!(missing.is_not_found(), "{missing:?}");

    // New ones come first, and are read as they were sent.
    for port in ["80", "443", "22"] {
        client.add_firewall_rule(of, &rule(port)).await.unwrap();
    }
    assert_eq!(ports(&client, of).await, ["22", "443", "80"]);
    assert_eq!(client.firewall_rules(of).await.unwrap()[0].spec, rule("22"));

    let known = digest(&client, of).await;
    client
        .move_firewall_rule(of, 0, 3, known.as_deref())
        .await
        .unwrap();
    assert_eq!(ports(&client, of).await, ["443", "80", "22"]);
    let late = client
        .move_firewall_rule(of, 0, 2, known.as_deref())
        .await
        .unwrap_err();
    assert!(late.is_stale_digest(), "{late:?}");
    assert_eq!(ports(&client, of).await, ["443", "80", "22"]);

    // What a changed rule does not say is gone.
    let known = digest(&client, of).await;
    let bare = FirewallRuleSpec {
        action: Some("DROP".into()),
        source: None,
        comment: None,
        enable: false,
        ..rule("8443")
    };
    client
        .change_firewall_rule(of, 0, &bare, known.as_deref())
        .await
        .unwrap();
    assert_eq!(client.firewall_rules(of).await.unwrap()[0].spec, bare);
    let late = client
        .delete_firewall_rule(of, 0, known.as_deref())
        .await
        .unwrap_err();
    assert!(late.is_stale_digest());

    let full = client.delete_firewall_group("www").await.unwrap_err();
    assert!(!full.is_not_found(), "{full:?}");
    for pos in (0..3).rev() {
        let known = digest(&client, of).await;
        client
            .delete_firewall_rule(of, pos, known.as_deref())
            .await
            .unwrap();
    }
    client.delete_firewall_group("www").await.unwrap();
    let gone = client.delete_firewall_group("www").await.unwrap_err();
    assert!(gone.is_not_found(), "{gone:?}");
}

#[tokio::test]
async fn a_bad_rule_is_refused_by_its_field() {
    let lab = lab().await;
    let client = client(&lab);
    client.create_firewall_group("web", None).await.unwrap();
    for (field, bad) in [
        (
            "dport",
            FirewallRuleSpec {
                dport: Some("65536".into()),
                ..rule("80")
            },
        ),
        (
            "source",
            FirewallRuleSpec {
                source: Some("10.0.0.9-10.0.0.1".into()),
                ..rule("80")
            },
        ),
        (
            "macro",
            FirewallRuleSpec {
                macro_name: Some("Nothing".into()),
                ..rule("80")
            },
        ),
        (
            "source",
            FirewallRuleSpec {
                source: Some("+nobody".into()),
                ..rule("80")
            },
        ),
    ] {
        let error = client
            .add_firewall_rule(RulesOf::Group("web"), &bad)
            .await
            .unwrap_err();
        let fields = error.field_errors().unwrap();
        assert!(fields.contains_key(field), "{field}: {error}");
    }
    let missing = client
        .change_firewall_rule(RulesOf::Group("web"), 4, &rule("80"), None)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing:?}");
}

#[tokio::test]
async fn guests_nodes_and_the_cluster_have_switches_and_rules() {
    let lab = lab().await;
    let client = client(&lab);
    let all = client.cluster_resources(Some(ResourceType::Vm)).await.unwrap();
    for kind in [GuestKind::Qemu, GuestKind::Lxc] {
        let guest = all
            .iter()
            .find_map(|one| match one {
                Resource::Guest(guest) if guest.kind == kind => Some(guest),
                _ => None,
            })
            .unwrap();
        let of = FirewallOf::Guest {
            kind,
            node: &guest.node,
            vmid: guest.vmid,
        };
        assert_eq!(client.firewall_options(of).await.unwrap().flag("enable"), None);
        let digest = client
            .firewall_options(of)
            .await
            .unwrap()
            .digest()
            .unwrap()
            .to_owned();
        let on = ConfigChange::new().set("enable", 1).digest(digest.clone());
        client.change_firewall_options(of, &on).await.unwrap();
        assert_eq!(
            client.firewall_options(of).await.unwrap().flag("enable"),
            Some(true)
        );
        let late = ConfigChange::new().set("enable", 0).digest(digest);
        let late = client.change_firewall_options(of, &late).await.unwrap_err();
        assert!(late.is_stale_digest(), "{late:?}");

        client
            .create_firewall_group(&format!("g{kind}"), None)
            .await
            .unwrap();
        let group = FirewallRuleSpec::group(&format!("g{kind}"));
        client
            .add_firewall_rule(RulesOf::Firewall(of), &group)
            .await
            .unwrap();
        let rules = client
            .guest_firewall_rules(kind, &guest.node, guest.vmid)
            .await
            .unwrap();
        assert_eq!(rules[0].spec, group);
        client
            .create_firewall_alias(of, "home", "10.1.0.0/16", None)
            .await
            .unwrap();
        let refs = client.firewall_refs(of).await.unwrap();
        assert!(refs.iter().any(|one| one.kind == "alias" && one.name == "home"));
    }
    let on = ConfigChange::new().set("enable", 1).set("policy_in", "REJECT");
    client
        .change_firewall_options(FirewallOf::Cluster, &on)
        .await
        .unwrap();
    let options = client.firewall_options(FirewallOf::Cluster).await.unwrap();
    assert_eq!(
        (options.flag("enable"), options.get("policy_in")),
        (Some(true), Some("REJECT"))
    );
    let node = FirewallOf::Node("pve1");
    client
        .add_firewall_rule(RulesOf::Firewall(node), &rule("8006"))
        .await
        .unwrap();
    assert_eq!(ports(&client, RulesOf::Firewall(node)).await, ["8006"]);
    assert!(client.firewall_options(node).await.unwrap().digest().is_some());
    let macros = client.firewall_macros().await.unwrap();
    assert!(
        macros
            .iter()
            .any(|one| one.name == "HTTPS" && one.description.is_some())
    );
}

#[tokio::test]
async fn aliases_and_sets_are_kept() {
    let lab = lab().await;
    let client = client(&lab);
    let of = FirewallOf::Cluster;
    client
        .create_firewall_alias(of, "office", "192.0.2.0/24", Some("Seoul"))
        .await
        .unwrap();
    assert!(
        client
            .create_firewall_alias(of, "office", "192.0.2.1", None)
            .await
            .unwrap_err()
            .is_name_taken()
    );
    let digest = client.firewall_aliases(of).await.unwrap()[0].digest.clone();
    client
        .change_firewall_alias(
            of,
            "office",
            Some("branch"),
            ("198.51.100.0/24", None),
            digest.as_deref(),
        )
        .await
        .unwrap();
    let late = client
        .delete_firewall_alias(of, "branch", digest.as_deref())
        .await
        .unwrap_err();
    assert!(late.is_stale_digest(), "{late:?}");
    let aliases = client.firewall_aliases(of).await.unwrap();
    assert_eq!(
        (aliases[0].name.as_str(), aliases[0].cidr.as_str()),
        ("branch", "198.51.100.0/24")
    );

    client.create_firewall_ip_set(of, "admins", None).await.unwrap();
    assert!(
        client
            .create_firewall_ip_set(of, "admins", None)
            .await
            .unwrap_err()
            .is_name_taken()
    );
    client
        .add_firewall_ip(of, "admins", ("10.0.0.0/8", false), Some("all"))
        .await
        .unwrap();
    client
        .add_firewall_ip(of, "admins", ("10.9.0.0/16", true), None)
        .await
        .unwrap();
    assert!(
        client
            .add_firewall_ip(of, "admins", ("10.0.0.0/8", false), None)
            .await
            .unwrap_err()
            .is_name_taken()
    );
    let entries = client.firewall_ip_set(of, "admins").await.unwrap();
    assert!(
        entries
            .iter()
            .any(|entry| entry.cidr == "10.9.0.0/16" && entry.nomatch)
    );
    let digest = entries[0].digest.as_deref();
    client
        .change_firewall_ip(of, "admins", ("10.0.0.0/8", false), Some("everybody"), digest)
        .await
        .unwrap();
    let late = client
        .delete_firewall_ip(of, "admins", "10.9.0.0/16", digest)
        .await
        .unwrap_err();
    assert!(late.is_stale_digest(), "{late:?}");
    let none = client.delete_firewall_ip_set(of, "nobody").await.unwrap_err();
    assert!(none.is_not_found(), "{none:?}");
    let sets = client.firewall_ip_sets(of).await.unwrap();
    client
        .change_firewall_ip_set(of, "admins", "staff", Some("people"), sets[0].digest.as_deref())
        .await
        .unwrap();
    client
        .delete_firewall_ip(of, "staff", "10.9.0.0/16", None)
        .await
        .unwrap();
    // What is still in it goes with it.
    client.delete_firewall_ip_set(of, "staff").await.unwrap();
    assert!(
        client
            .firewall_ip_set(of, "staff")
            .await
            .unwrap_err()
            .is_not_found()
    );
    client.delete_firewall_alias(of, "branch", None).await.unwrap();
    assert_eq!(client.firewall_aliases(of).await.unwrap(), []);
}
