//! The program `porten`.

use clap::{Parser, Subcommand};
use futures::FutureExt;
use server::{
    config::{self, Config, Flags},
    decision::confirmation::ConfirmLaw,
    startup::{self, Part, StartupError},
    telemetry,
    world::World,
};
use std::{io::Write, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(name = "porten", version, about = "The public-benefit portal for ekonomiskt bistånd.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and REST, and work the jobs, in one process.
    Serve {
        /// Load the sample municipality and let anybody sign in as its people. Only on this machine.
        #[arg(long)]
        demo: bool,
    },
    /// Work the jobs only.
    Worker,
    /// Bring the database to this program's shape, as its owner (`PORTEN_MIGRATE_URL`).
    Migrate,
    /// Add made-up applicants seed-0001 … to the sample municipality.
    Seed {
        /// How many there shall be.
        #[arg(long)]
        persons: u32,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// List the jobs that failed for good.
    Jobs,
    /// The sections of law that decisions rest on.
    Law {
        #[command(subcommand)]
        command: LawCommand,
    },
    /// Look at the settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Subcommand)]
enum LawCommand {
    /// Say that somebody has read a changed section in the official text: refusals and reductions may rest on it from now on.
    Confirm {
        /// Chapter and section, as domain/law.toml has it: 12:3
        section: String,
        /// The first day of that row: 2026-07-01
        from: jiff::civil::Date,
        /// Who has read it: a member of staff by name or id.
        #[arg(long)]
        by: String,
        /// Where it was read, for example "SFS 2026:123".
        #[arg(long)]
        source: String,
        /// The municipality by name or host. Not needed where there is only one.
        #[arg(long)]
        municipality: Option<String>,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Say what each setting is and everything that is wrong, all at once.
    Check {
        /// Check for `serve --demo`.
        #[arg(long)]
        demo: bool,
    },
    /// Print the documentation of the settings (docs/config.md).
    Docs,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let demo = matches!(
        arguments.command,
        Command::Serve { demo: true } | Command::Config { command: ConfigCommand::Check { demo: true } }
    );
    match arguments.command {
        Command::Openapi => return print(&server::http::api::document()),
        Command::Config { command: ConfigCommand::Docs } => return print(&config::markdown()),
        Command::Config { command: ConfigCommand::Check { .. } } => {
            let report = config::Report::new(&config::environment, config::environment_names(), Flags { demo });
            let printed = print(&report.to_string());
            return if report.is_ok() { printed } else { ExitCode::FAILURE };
        }
        _ => {}
    }
    let config = match Config::load(&config::environment, Flags { demo }) {
        Ok(config) => config,
        Err(errors) => return fail(&errors),
    };
    telemetry::start(&config.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(arguments.command, config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn run(command: Command, config: Config) -> Result<(), StartupError> {
    match command {
        Command::Serve { .. } => startup::run(config, Part::All, stop_signal().boxed(), Box::new(announce)).await,
        Command::Worker => startup::run(config, Part::Worker, stop_signal().boxed(), Box::new(|_| {})).await,
        Command::Migrate => startup::migrate(&config).await,
        Command::Seed { persons } => {
            let added = startup::seed(&config, &World::real(), persons).await?;
            print(&format!("{added} people added\n"));
            Ok(())
        }
        Command::Jobs => {
            for job in startup::dead_jobs(&config).await? {
                let error = job.last_error.unwrap_or_default();
                print(&format!("{}\t{}\t{} attempts\t{error}\n", job.id, job.name, job.attempts));
            }
            Ok(())
        }
        Command::Law { command: LawCommand::Confirm { section, from, by, source, municipality } } => {
            let new = ConfirmLaw { section, valid_from: from, by, source, municipality };
            let name = startup::confirm_law(&config, &World::real(), &new).await?;
            print(&format!("{} from {} is confirmed for {name}\n", new.section, new.valid_from));
            Ok(())
        }
        Command::Openapi | Command::Config { .. } => Ok(()),
    }
}

/// Done when the program is asked to stop: Ctrl-C, SIGTERM, or its terminal is closed. Listens from the call on.
fn stop_signal() -> impl Future<Output = ()> + Send + 'static {
    let streams = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    async move {
        let waits = streams.into_iter().flatten().map(|mut stream| Box::pin(async move { stream.recv().await }));
        futures::future::select_all(waits).await;
    }
}

fn announce(config: &Config) {
    let mut text = format!("\nPorten is at {}\n", config.public_url);
    if config.demo {
        text.push_str(
            "This is the demo. Sign in at /logga-in as one of its made-up people:\n\
             \x20 anna    applicant, no case            maria   applicant, two children\n\
             \x20 rut     desk, office Södra            joel    on-call caseworker, Södra\n\
             \x20 karin   intake caseworker, Södra      nils    caseworker, office Norra\n",
        );
    }
    text.push_str("Stop with Ctrl-C.\n\n");
    print(&text);
}

/// What a person or a script reads. A closed pipe is its reader's choice.
fn print(text: &str) -> ExitCode {
    let _closed = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// Says why, with every cause.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    let mut text = format!("porten: {error}\n");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str("  because: ");
        text.push_str(&cause.to_string());
        text.push('\n');
        source = cause.source();
    }
    let _closed = std::io::stderr().write_all(text.as_bytes());
    ExitCode::FAILURE
}
