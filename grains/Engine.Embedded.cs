// The programming model's names on the embedded engine. No other file knows which engine it runs on.
global using Platform.Engine;
