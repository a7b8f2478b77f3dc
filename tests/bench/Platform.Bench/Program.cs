using Platform.Bench;

// What the `run` script beside this project calls; each command prints figures, none asserts them.
return args switch
{
    ["bare", var url, var bodyFile, var contentType] => await BareServer.RunAsync(url, bodyFile, contentType),
    ["grains"] => await GrainCalls.RunAsync(),
    ["hash"] => await PasswordHashes.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: bare URL BODY-FILE CONTENT-TYPE | grains | hash");
    return 2;
}
