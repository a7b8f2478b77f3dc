using Platform.Bench;
using Platform.Bench.Administration;
using Platform.Bench.Policies;

// What the `run` script beside this project calls; each command prints figures, none asserts them.
return args switch
{
    ["bare", var url, var bodyFile, var contentType] => await BareServer.RunAsync(url, bodyFile, contentType),
    ["grains"] => await GrainCalls.RunAsync(),
    ["policies"] => PolicyBenchmarks.Run(),
    ["administration"] => await ListBenchmark.RunAsync(null),
    ["administration", var connectionString] => await ListBenchmark.RunAsync(connectionString),
    ["hash"] => await PasswordHashes.RunAsync(),
    ["oauth", var url, var user, var password, var folder] => await OAuthPreparation.RunAsync(url, user, password, folder),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: bare URL BODY-FILE CONTENT-TYPE | grains | policies | administration [CONNECTION-STRING] | hash | oauth URL USER PASSWORD FOLDER");
    return 2;
}
