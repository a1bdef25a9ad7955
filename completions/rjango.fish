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
complete -c rjango -n "__fish_rjango_needs_command" -f -a "check" -d 'Checks the settings, models, migrations and URLs for common mistakes'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "completions" -d 'Prints the completion script of a shell'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "demo" -d 'Makes the shop project with sample rows and an admin, and serves it'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "diffsettings" -d 'Shows the settings that differ from the defaults, and where they were set'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "runserver" -d 'Builds and serves the project, again at each save'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "shell" -d 'Opens a prompt with the project\'s models'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "startapp" -d 'Makes a new app in the project, in INSTALLED_APPS and in manage.rs'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "startproject" -d 'Makes a new project\'s folder'
complete -c rjango -n "__fish_rjango_needs_command" -f -a "version" -d 'Prints rjango\'s version'
complete -c rjango -n "__fish_rjango_using_subcommand check" -s t -l tag -d 'Run only checks with this tag' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -l fail-level -d 'Exit with 1 from this level on' -r -f -a "CRITICAL\t''
ERROR\t''
WARNING\t''
INFO\t''
DEBUG\t''"
complete -c rjango -n "__fish_rjango_using_subcommand check" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand check" -l list-tags -d 'List the tags'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l deploy -d 'Check what matters in production too'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand check" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand check" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand completions" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand completions" -s h -l help -d 'Print help'
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
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l skip-checks -d 'Serve without system checks'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l noreload -d 'Build once and serve; do not watch for changes'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l release -d 'Build with optimisation, as for production'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand runserver" -s h -l help -d 'Print help'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s c -l command -d 'Run this code and exit; `-` reads it from stdin' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand shell" -s h -l help -d 'Print help'
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
complete -c rjango -n "__fish_rjango_using_subcommand version" -l settings-env -d 'Lay config/settings.NAME.toml over the settings (default: $RJANGO_ENV)' -r
complete -c rjango -n "__fish_rjango_using_subcommand version" -s v -l verbosity -d 'How much to say: 0 to 3' -r
complete -c rjango -n "__fish_rjango_using_subcommand version" -l traceback -d 'Show where an error was raised, and its SQL'
complete -c rjango -n "__fish_rjango_using_subcommand version" -l no-color -d 'No colours (nor with NO_COLOR set, nor outside a terminal)'
complete -c rjango -n "__fish_rjango_using_subcommand version" -s h -l help -d 'Print help'
