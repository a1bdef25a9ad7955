# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rjango_global_optspecs
    string join \n settings-env= v/verbosity= traceback no-color h/help V/version
end

function __fish_rjango_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rjango_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rjango_using_subcommand
    set -l cmd (__fish_rjango_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rjango -n "__fish_rjango_needs_command" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_needs_command" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_needs_command" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_needs_command" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_needs_command" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_needs_command" -s V -l version -d 'Print version'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "changepassword" -d 'Changes a user\'s password'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "check" -d 'Checks the settings, models, migrations and URLs for common mistakes'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "clearsessions" -d 'Deletes expired sessions'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "collectstatic" -d 'Collects static files in STATIC_ROOT'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "completions" -d 'Prints the completion script of a shell'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "createsuperuser" -d 'Creates a superuser'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "demo" -d 'Makes the shop project with sample rows and an admin, and serves it'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "diffsettings" -d 'Shows the settings that differ from the defaults, and where they were set'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "findstatic" -d 'Says where a static file comes from'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "inspectdb" -d 'Prints models for the tables of an existing database'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "lintmigrations" -d 'Finds what in the migrations would lock or break a running site'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "makemigrations" -d 'Writes new migrations for what changed in the models'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "migrate" -d 'Brings the database to where the migrations say, or back'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "optimizemigration" -d 'Reduces the operations of a migration'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "runserver" -d 'Builds and serves the project, again at each save'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "serve" -d 'Builds the project with optimisation and serves it as in production'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "shell" -d 'Opens a prompt with the project\'s models'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "showmigrations" -d 'Lists the migrations, and which are applied'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "sqlmigrate" -d 'Prints the SQL of a migration'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "squashmigrations" -d 'Makes one migration of several, for new databases'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "startapp" -d 'Makes a new app in the project, in INSTALLED_APPS and in manage.rs'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "startproject" -d 'Makes a new project\'s folder'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "test" -d 'Builds and runs the project\'s tests'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "version" -d 'Prints rjango\'s version'
complete -c rjango -n "__fish_rjango_using_subcommand changepassword" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand changepassword" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand changepassword" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand changepassword" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand changepassword" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand check" -s t -l tag -d 'Run only checks with this tag' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -l database -d 'Look into this database too, for columns that the fields cannot read and for the time zone' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -l fail-level -d 'Exit with 1 from this level on' -r -f -a "CRITICAL\t''
ERROR\t''
WARNING\t''
INFO\t''
DEBUG\t''"
complete -c rjango -n "__fish_rjango_using_subcommand check" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -l list-tags -d 'List the tags'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l deploy -d 'Check what matters in production too'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l compiled -d 'Ask the project\'s own binary, which runs the project\'s own checks too'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l templates -d 'Ask the project\'s own binary for routes, static files and templates that templates name in vain'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand check" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand clearsessions" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand clearsessions" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand clearsessions" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand clearsessions" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand clearsessions" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -l noinput -d 'Do not ask before files are overwritten'
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -s n -l dry-run -d 'Say what would be copied, and copy nothing'
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand collectstatic" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand completions" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l username -d 'The name to log in with' -r
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l email -d 'The e-mail address' -r
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l field -d 'Another field of the project\'s own model of users' -r
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l noinput -d 'Ask nothing: take RJANGO_SUPERUSER_USERNAME, RJANGO_SUPERUSER_PASSWORD and RJANGO_SUPERUSER_<FIELD> from the environment'
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand createsuperuser" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l address -d 'Where to listen: a port, or address:port [default: 127.0.0.1:8000]' -r
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l framework-path -d 'Take rjango from this checkout [default: the one this binary was built from, else the published version]' -r -F
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand demo" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l no-serve -d 'Make the project and its database; neither build nor serve'
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand demo" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand demo" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -l all -d 'Show every setting with its meaning, its default and its environment variable'
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand diffsettings" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -l first -d 'Only the file that is served, not those that it hides'
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand findstatic" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l database -d 'The database to look into' -r
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l include-views -d 'Look at views too'
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l include-partitions -d 'Look at the partitions of PostgreSQL\'s tables too'
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand inspectdb" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l since -d 'Only what came after a migration (shop.0003), or what git says changed since a commit or branch' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l database -d 'The database that --unapplied asks' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l engine -d 'The engine to judge for: sqlite, postgres or mysql (default: those of the settings)' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l exclude -d 'Leave a rule out; `[lint] allow = ["..."]` in a migration.toml leaves it out there' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l format -d 'text, json, or github for annotations of a pull request' -r -f -a "text\t''
json\t''
github\t''"
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l unapplied -d 'Only what the database has not, which is then asked'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l warnings-as-errors -d 'Exit with 1 for warnings too'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l rules -d 'List the rules, and look at nothing'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand lintmigrations" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l engine -d 'Write the SQL of this engine too, for the migrations that are there as for new ones' -r -f -a "sqlite\t''
postgres\t''
mysql\t''"
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -s n -l name -d 'The migration\'s name, without the number' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l rename -d 'Answer ahead what was renamed: shop.Product.title=name, shop.Item=Product, shop.Item=catalog.Item' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l default -d 'Answer ahead what existing rows get in a field, this once: shop.Product.sku=\'\'' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l keep -d 'Answer ahead that a relation to another model keeps its values, which are keys there too: shop.Product.brand' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l lose -d 'Answer ahead that a field which changes may lose what its new kind cannot hold: shop.Product.made' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l dry-run -d 'Show what would be written, and write nothing'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l check -d 'Write nothing, and exit with 1 if there is something to write or to fix'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l empty -d 'Write an empty migration for SQL of your own'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l merge -d 'Join the branches of an app that has two newest migrations'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l update -d 'Put the changes into the app\'s newest migration, which nobody has applied yet'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l noinput -l no-input -d 'Ask nothing: nothing was renamed, which is said, and a question without an answer exits with 3'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l compiled -d 'Ask the project\'s own binary for the models, macros expanded, and not their source'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l no-header -d 'Leave out the comment that opens migration.toml'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l scriptable -d 'Write the paths of new migrations to stdout, and all else to stderr'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand makemigrations" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l database -d 'The database to migrate' -r
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l plan -d 'Show what would be done, and do nothing'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l check -d 'Do nothing, and exit with 1 if there is something to do'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l fake -d 'Only record the migrations, without running their SQL'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l fake-initial -d 'Only record an app\'s first migration where its tables and columns are there already'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l prune -d 'Forget the applied migrations of the app whose files are gone'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l run-syncdb -d 'Not there: every app gets its tables from migrations (says what to do)'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l noinput -l no-input -d 'Ask nothing (it never does)'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand migrate" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -l check -d 'Write nothing, and exit with 1 if there is something to reduce'
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand optimizemigration" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l skip-checks -d 'Serve without system checks'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l noreload -d 'Build once and serve; do not watch for changes'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l release -d 'Build with optimisation, as for production'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand serve" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand serve" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand serve" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand serve" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand serve" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s c -l command -d 'Run this code and exit; `-` reads it from stdin' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -l database -d 'The database to look into' -r
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -s l -l list -d 'List them app by app (the default)'
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -s p -l plan -d 'List them in the order in which they are applied; with -v 2 what each depends on'
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand showmigrations" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l database -d 'The database whose engine is meant' -r
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l engine -d 'The engine itself, where no database has it' -r -f -a "sqlite\t''
postgres\t''
mysql\t''"
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l backwards -d 'Print the SQL that takes the migration back'
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand sqlmigrate" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l squashed-name -d 'The new migration\'s name, without the number' -r
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l no-optimize -d 'Keep all operations as they are'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l no-header -d 'Leave out the comment that opens migration.toml'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l noinput -l no-input -d 'Ask nothing'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand squashmigrations" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand startapp" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand startapp" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand startapp" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand startapp" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand startapp" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -l framework-path -d 'Take rjango from this checkout [default: the one this binary was built from, else the published version]' -r -F
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand startproject" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand test" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand test" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand test" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand test" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand test" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand version" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand version" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand version" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand version" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand version" -s h -l help -d 'Print help'
